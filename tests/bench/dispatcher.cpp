// The Dispatcher with 8 unequal devices and 10,000 items, without models: how close the run's duration comes to the
// optimum (target: 3 %), and the Dispatcher's time per item (target: below 1 ms).
#include <algorithm>
#include <cstdio>

#include "tests/support/simulated_crew.h"

int main() {
    using namespace fanlight;
    constexpr int items = 10'000;
    const std::vector<double> paces = {40, 1, 1.3, 2, 20, 3, 5, 8};
    bool good = true;
    for (const int batch_size : {1, 4})
        for (const double jitter : {0.0, 0.2}) {
            const SimulatedRun run = simulate({paces, jitter, batch_size}, items);
            const double behind = 100 * (run.makespan / best_makespan(paces, items / batch_size) - 1);
            const double microseconds = 1e6 * run.overhead_seconds / items;
            std::printf("batch size %d, jitter %2.0f %%: %.2f %% behind the best end, %.1f us an item\n", batch_size,
                        100 * jitter, behind, microseconds);
            good &= behind <= 3 && microseconds < 1000;
        }
    return good ? 0 : 1;
}
