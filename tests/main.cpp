#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

// Read by AddressSanitizer's search for leaks: what Graphviz and the libraries below it keep until the end is not ours.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libcgraph\nleak:libgvc\nleak:libgvplugin\nleak:libglib\nleak:libfontconfig\n";
}
