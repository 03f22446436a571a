#include <cstdio>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "core/base/number_text.h"
#include "core/batch/names.h"

namespace fanlight {

namespace {

void print_samplers() {
    std::printf("%-19s %-13s %-5s %-10s %-9s %-12s %-10s %s\n", "NAME", "LABEL", "ETA", "SCHEDULES", "TIMESTEPS",
                "AS IN", "FLOWS", "DIFFUSERS CLASS");
    for (const SamplerName& s : sampler_names())
        std::printf("%-19s %-13s %-5s %-10s %-9s %-12s %-10s %s\n", s.name.c_str(), s.a1111.c_str(),
                    s.eta ? number_text(*s.eta).c_str() : "-", s.sigma_schedules ? "all" : "timesteps",
                    s.takes_timesteps ? "yes" : "-", s.reference.c_str(), s.flow() ? s.flow_reference.c_str() : "-",
                    s.diffusers_class.empty() ? "-" : s.diffusers_class.c_str());
}

void print_schedules() {
    std::printf("%-17s %-17s %s\n", "NAME", "LABEL", "NOISE DECREASES");
    for (const ScheduleName& s : schedule_names())
        std::printf("%-17s %-17s %s\n", s.name.c_str(), s.a1111.empty() ? "-" : s.a1111.c_str(), s.description.c_str());
}

constexpr const char* notes = R"(
ETA is how much noise each step adds unless --eta says otherwise; "-": the sampler adds none, or as much as it must.
SCHEDULES: "timesteps" are default, leading, trailing and linspace alone.
TIMESTEPS: "yes" are those that can be told their timesteps by --timesteps.
AS IN says whose results the sampler reproduces: those of diffusers 0.42.1 or of k-diffusion 0.1.1, or what the paper or
the program that brought it up describes.
FLOWS says the same for models that predict a flow, such as Z-Image; "-": the sampler cannot sample them. There, the
schedules are default and simple, and for euler, euler_ancestral and lcm also karras, exponential and beta.
Noise is drawn from the image's own seed. Other programs draw that of dpmpp_sde, and some of them that of dpmpp_2m_sde and
dpmpp_3m_sde, from a Brownian tree, so that their images differ from these in the noise.
The names and labels of A1111 and ComfyUI are accepted, too, such as "DPM++ 2M SDE Karras", dpm_2 and sgm_uniform.
)";

}  // namespace

Action add_samplers(CLI::App& app) {
    add_examples(app, {"fanlight samplers"});
    return [] {
        print_samplers();
        std::printf("\n");
        print_schedules();
        std::printf("%s", notes);
        return ExitCode::Done;
    };
}

}  // namespace fanlight
