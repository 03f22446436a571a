// fanlight-worker with the toy families and the toy task.

#include "app/worker/worker_program.h"
#include "core/families/families.h"
#include "core/networks/networks.h"
#include "tests/support/toy_text/network.h"

int main(int argc, char** argv) {
    fanlight::add_toy_text();
    fanlight::add_family(fanlight::toy::family());
    fanlight::add_network_half(fanlight::toy::network());
    fanlight::add_family(fanlight::toy::text_family());
    fanlight::add_network_half(fanlight::toy::text_network());
    return fanlight::run_worker_program(argc, argv);
}
