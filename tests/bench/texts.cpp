// Tokens per second of a language model in this process: bench_texts MODEL [ROWS] [NEW TOKENS] [THREADS].

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/base/stopwatch.h"
#include "core/batch/text_task.h"
#include "core/networks/networks.h"

using namespace fanlight;

int main(int argc, char** argv) {
    const auto number = [&](int i, int fallback) { return argc > i ? std::atoi(argv[i]) : fallback; };
    const int rows = number(2, 1), new_tokens = number(3, 64);
    at::set_num_threads(number(4, 1));
    const c10::InferenceMode inference;
    const Stopwatch load;
    const auto pipeline = load_pipeline(argv[1], {});
    std::printf("loaded in %.2f s\n", load.seconds());
    std::vector<Task> batch;
    for (int i = 0; i < rows; ++i) {
        std::string prompt;
        for (int word = 0; word < 4 + i * 62 / 32; ++word) prompt += "cat " + std::to_string(word % 10) + ' ';
        batch.push_back(TextTask{.prompt = prompt,
                                 .seed = static_cast<uint64_t>(i),
                                 .max_new_tokens = new_tokens,
                                 .min_new_tokens = new_tokens});
    }
    const auto generation = pipeline->open(batch);
    const Stopwatch watch;
    double read = 0;
    std::optional<NamedTensors> input = generation->begin();
    for (size_t i = 0; input; ++i) {
        const bool piece = input->get("ids").size(1) > 1;
        input = generation->run(i, std::move(*input));
        if (piece) read = watch.seconds();
    }
    const double seconds = watch.seconds();
    std::printf("%d rows: prompts read in %.2f s, then %.1f tokens/s; in all %.2f s\n", rows, read,
                rows * (new_tokens - 1) / (seconds - read), seconds);
    return 0;
}
