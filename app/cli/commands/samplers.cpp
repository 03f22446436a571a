#include <cstdio>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "core/base/text.h"
#include "core/batch/names.h"

namespace fanlight {

Action add_samplers(CLI::App& app) {
    add_examples(app, {"fanlight samplers"});
    return [] {
        std::printf("%-16s %-10s %-34s %s\n", "NAME", "LABEL", "DIFFUSERS CLASS", "KARRAS, EXPONENTIAL");
        for (const SamplerName& s : sampler_names())
            std::printf("%-16s %-10s %-34s %s\n", s.name.c_str(), s.a1111.c_str(), s.diffusers_class.c_str(),
                        s.sigma_schedules ? "yes" : "no");
        std::printf("\nSchedules: %s\n", listed(schedule_names()).text().c_str());
        return ExitCode::Done;
    };
}

}  // namespace fanlight
