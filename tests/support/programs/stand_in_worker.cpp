// fanlight-worker, on the cards of $FANLIGHT_STAND_IN.

#include "app/worker/worker_program.h"
#include "tests/support/stand_in/accelerator.h"

int main(int argc, char** argv) {
    using namespace fanlight;
    set_accelerator(std::make_unique<stand_in::StandIn>(stand_in::visible_cards(stand_in::machine())));
    return run_worker_program(argc, argv);
}
