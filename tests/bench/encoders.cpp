// What is saved by rows that stay in their file, and by texts that are kept on disk, with the text encoder of a model
// of Z-Image in this process: bench_encoders MODEL. A tiny one says nothing; its encoder should be some hundred MB.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/stopwatch.h"
#include "core/layers/layers.h"
#include "core/pipelines/language_conditioner.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

/// Of this process alone, without pages of files.
double own_mb() {
    std::ifstream status("/proc/self/status");
    const std::string name = "RssAnon:";
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name)) return std::stod(line.substr(name.size())) * 1024 / 1e6;
    return 0;
}

void look_up(const ModelFolder& folder) {
    const Weights weights = folder.weights("text_encoder", {}) / "model" / "embed_tokens";
    const Json config = folder.config("text_encoder");
    const int64_t count = config.at("vocab_size").get<int64_t>(), width = config.at("hidden_size").get<int64_t>();
    const at::Tensor ids = at::randint(count, {1, 512}, at::kLong);
    const double before = own_mb();
    const Stopwatch rows_watch;
    const at::Tensor rows = weights.take_rows("weight", {count, width})(ids);
    const double rows_seconds = rows_watch.seconds(), rows_mb = own_mb() - before;
    const Stopwatch whole_watch;
    const at::Tensor whole = Embedding(weights, count, width)(ids);
    std::printf("512 of %lld rows: %.1f ms and %.0f MB; by the whole matrix: %.1f ms and %.0f MB; %s\n",
                static_cast<long long>(count), 1e3 * rows_seconds, rows_mb, 1e3 * whole_watch.seconds(),
                own_mb() - before - rows_mb, at::equal(rows, whole) ? "the same" : "NOT THE SAME");
}

/// Seconds until all have been read, from the opening of the encoder.
double read_all(const ModelFolder& folder, int64_t width, const Part& part, int texts, at::Tensor& last) {
    const Stopwatch watch;
    LanguageConditioner conditioner(folder, {}, {.states = {-2}}, width, part);
    for (int i = 0; i < texts; ++i)
        last = conditioner
                   .conditioning_of({{.text = "a lighthouse on a cliff above the sea, number " + std::to_string(i)}})
                   .context;
    return watch.seconds();
}

}  // namespace

int main(int, char** argv) {
    constexpr int texts = 16;
    at::set_num_threads(1);
    const c10::InferenceMode inference;
    const ModelFolder folder(argv[1]);
    look_up(folder);
    const fs::path kept = fs::temp_directory_path() / ("bench_encoders." + std::to_string(::getpid()));
    const Part part{
        .encoded_texts = {.folder = kept.string(), .encoders = {{"text_encoder", "its hash"}}, .computed_by = "bench"}};
    const auto width = folder.config("text_encoder").at("hidden_size").get<int64_t>();
    at::Tensor plain, first, known;
    const double without = read_all(folder, width, {}, texts, plain),
                 cold = read_all(folder, width, part, texts, first), warm = read_all(folder, width, part, texts, known);
    std::printf("%d texts: encoded in %.2f s, encoded and kept in %.2f s, found in %.3f s (%.0f times as fast); %s\n",
                texts, without, cold, warm, without / warm,
                at::equal(plain, first) && at::equal(plain, known) ? "the same" : "NOT THE SAME");
    fs::remove_all(kept);
    return 0;
}
