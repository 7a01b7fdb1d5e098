// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

int main(void)
{
    const char *locale = setlocale(LC_ALL, "C.UTF-8");
    wprintf(L"%ls %lc %s %d %.3f\n", L"wide", (wint_t)L'w', "narrow", 42, 1.5);
    wprintf(L"[%10ls] [%-10ls] [%.2ls]\n", L"abc", L"abc", L"abc");
    wchar_t buffer[64];
    int n = swprintf(buffer, 64, L"%x %o %e %La", 255, 8, 12345.678, 2.5L);
    wprintf(L"%d %ls %zu\n", n, buffer, wcslen(buffer));
    wchar_t *end;
    wprintf(L"%ld %f\n", wcstol(L"-0x1f rest", &end, 16), wcstod(L"2.75e3", NULL));
    wprintf(L"%d %d %d\n", wcscmp(L"a", L"b") < 0, wcsncmp(L"abc", L"abd", 2),
            wcschr(L"xyz", L'z') != NULL);
    wprintf(L"%d %d %lc\n", !!iswalpha(L'q'), !!iswdigit(L'q'), towupper(L'q'));
    wmemset(buffer, L'z', 5);
    buffer[5] = 0;
    wcscat(buffer, L"end");
    wprintf(L"%ls\n", buffer);
    mbstate_t state = {0};
    wchar_t wc;
    size_t used = mbrtowc(&wc, "\xc3\xa9", 2, &state);
    wprintf(L"%d\n", locale ? used == 2 && wc == 0xe9 : 1);
    wchar_t *token, *save, text[] = L"one,two,,three";
    for (token = wcstok(text, L",", &save); token; token = wcstok(NULL, L",", &save))
        wprintf(L"<%ls>", token);
    wprintf(L"\n");
    return 0;
}
