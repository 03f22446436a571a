// fanlight-worker, on the cards of $FANLIGHT_STAND_IN. SIGUSR1 makes the first one fail, as fanlight-faulty-worker
// does.

#include "app/worker/worker_program.h"
#include "tests/support/programs/on_signal.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/stand_in/device.h"

int main(int argc, char** argv) {
    using namespace fanlight;
    on_signal(SIGUSR1, [] { stand_in::set_fault(0, 0, "sticky"); });
    set_accelerator(std::make_unique<stand_in::StandIn>(stand_in::visible_cards(stand_in::machine())));
    return run_worker_program(argc, argv);
}
