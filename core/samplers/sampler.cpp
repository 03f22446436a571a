#include "core/samplers/sampler.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/samplers/methods.h"

namespace fanlight {

namespace {

struct Method {
    const char* name;
    std::unique_ptr<Sampler> (*make)(const SchedulerConfig&, int);
};
constexpr Method methods[] = {
    {"ddim", &make_ddim},   {"pndm", &make_pndm},
    {"euler", &make_euler}, {"euler_ancestral", &make_euler_ancestral},
    {"heun", &make_heun},   {"dpmpp_2m", &make_dpmpp_2m},
    {"lcm", &make_lcm},     {"unipc", &make_unipc},
};

}  // namespace

std::unique_ptr<Sampler> make_sampler(const std::string& name, const std::string& schedule,
                                      const Json& scheduler_config, int steps) {
    const auto* method =
        std::find_if(std::begin(methods), std::end(methods), [&](const Method& m) { return name == m.name; });
    if (method == std::end(methods)) {
        std::vector<std::string> names;
        for (const Method& known : methods) names.emplace_back(known.name);
        throw Error("The sampler \"" + name.substr(0, 60) + "\" is not known; known are " + listed(names));
    }
    const SchedulerConfig config(scheduler_config, name, schedule);
    if (steps < 1 || steps > config.train_timesteps)
        throw Error("steps must be from 1 to " + std::to_string(config.train_timesteps) + " for this model, not " +
                    std::to_string(steps));
    return method->make(config, steps);
}

}  // namespace fanlight
