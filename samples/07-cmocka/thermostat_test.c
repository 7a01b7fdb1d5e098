// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "thermostat.h"

// Called in place of read_sensor (the option --wrap of the linker).
int __wrap_read_sensor(int number);
int __wrap_read_sensor(int number)
{
    check_expected(number);
    return mock_type(int);
}

static bool heating_at(bool before, int degrees)
{
    expect_value(__wrap_read_sensor, number, 3);
    will_return(__wrap_read_sensor, degrees);
    return heating(before);
}

static void heats_when_it_is_cold(void **state)
{
    (void)state;
    assert_true(heating_at(false, 18));
    assert_false(heating_at(true, 22));
}

static void keeps_what_it_did(void **state)
{
    (void)state;
    assert_true(heating_at(true, 20));
    assert_false(heating_at(false, 20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heats_when_it_is_cold),
        cmocka_unit_test(keeps_what_it_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
