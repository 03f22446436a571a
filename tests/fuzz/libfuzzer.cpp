// The targets of targets.h under libFuzzer, for longer than the tests do it. FANLIGHT_FUZZ names the
// target; without it they are listed.
//   FANLIGHT_FUZZ=safetensors build-fuzz/tests/fanlight-fuzz -dict=tests/fuzz/safetensors.dict -max_total_time=300
//   CORPUS
// packaging/dev fuzz builds and runs it. FANLIGHT_FUZZ_SEEDS: only writes the target's seeds into this folder.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/base/error.h"
#include "tests/fuzz/targets.h"
#include "tests/support/safetensors_bytes.h"

namespace {

const fanlight::FuzzTarget& wanted_target() {
    static const std::vector<fanlight::FuzzTarget> targets = fanlight::fuzz_targets();
    const char* name = std::getenv("FANLIGHT_FUZZ");
    for (const auto& target : targets)
        if (name != nullptr && std::string_view(name) == target.name) return target;
    for (const auto& target : targets) std::puts(target.name);
    std::exit(name == nullptr ? 0 : 2);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    const fanlight::FuzzTarget& target = wanted_target();
    const char* folder = std::getenv("FANLIGHT_FUZZ_SEEDS");
    if (folder == nullptr) return 0;
    int number = 0;
    for (const std::string& seed : target.seeds)
        fanlight::write_bytes(std::filesystem::path(folder) / ("seed" + std::to_string(number++)), seed);
    std::exit(0);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const fanlight::FuzzTarget& target = wanted_target();
    try {
        target.read({reinterpret_cast<const char*>(data), size});
    } catch (const fanlight::Error&) {  // refused, as most inputs are
    }
    return 0;
}
