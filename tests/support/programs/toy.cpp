// fanlight with the toy families and the toy task.

#include "app/cli/command_line.h"
#include "core/families/families.h"
#include "tests/support/toy_text/family.h"

int main(int argc, char** argv) {
    fanlight::add_toy_text();
    fanlight::add_family(fanlight::toy::family());
    fanlight::add_family(fanlight::toy::text_family());
    return fanlight::run_command_line(argc, argv);
}
