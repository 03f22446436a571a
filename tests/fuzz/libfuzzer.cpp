// The targets of targets.h under libFuzzer, for longer than the tests do it. FANLIGHT_FUZZ names the target.
// Built with -DFANLIGHT_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON:
//   FANLIGHT_FUZZ=safetensors build/tests/fanlight-fuzz -dict=tests/fuzz/safetensors.dict -max_total_time=300 CORPUS

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/base/error.h"
#include "tests/fuzz/targets.h"

namespace {

const fanlight::FuzzTarget& wanted_target() {
    static std::vector<fanlight::FuzzTarget> targets = [] {
        auto all = fanlight::model_targets();
        for (auto& target : fanlight::run_targets()) all.push_back(std::move(target));
        return all;
    }();
    const char* name = std::getenv("FANLIGHT_FUZZ");
    for (const auto& target : targets)
        if (name != nullptr && std::string_view(name) == target.name) return target;
    for (const auto& target : targets) std::fprintf(stderr, "FANLIGHT_FUZZ=%s\n", target.name);
    std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const fanlight::FuzzTarget& target = wanted_target();
    try {
        target.read({reinterpret_cast<const char*>(data), size});
    } catch (const fanlight::Error&) {  // refused, as most inputs are
    }
    return 0;
}
