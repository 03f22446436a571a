#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

enum class BetaSchedule { Linear, ScaledLinear, SquaredcosCapV2, Exp };
/// What the network predicts: the noise, the velocity (Salimans & Ho 2022), the picture, or the flow from the picture
/// to the noise, which is noise - x0 for x = (1 - sigma) * x0 + sigma * noise.
enum class Prediction { Epsilon, V, Sample, Flow };
enum class Spacing { Leading, Trailing, Linspace };
/// How noise levels are chosen: at the timesteps, or by a rule of their own (core/samplers/sigma_schedule).
enum class SigmaSchedule {
    Interpolated,
    Karras,
    Exponential,
    Beta,
    Lu,
    Polyexponential,
    SgmUniform,
    Simple,
    Normal,
    DdimUniform,
    AlignYourSteps,
    KlOptimal,
};
enum class SolverType { Midpoint, Heun, Bh1, Bh2 };

/// How the noise levels of a flow model are shifted towards strong noise.
struct FlowShift {
    double factor = 1;     ///< sigma -> factor * sigma / (1 + (factor - 1) * sigma)
    bool dynamic = false;  ///< by a factor that depends on the picture instead: exp(mu), or mu if `linear`
    bool linear = false;
    /// mu grows linearly with the picture's tokens, from base_shift at base_image_tokens to max_shift at
    /// max_image_tokens and beyond.
    double base_shift = 0.5, max_shift = 1.15;
    int base_image_tokens = 256, max_image_tokens = 4096;
    double terminal = 0;  ///< the last level after stretching; 0: not stretched
};

/// scheduler_config.json, typed, for one method. As in diffusers' from_config(), a key that the method's class knows is
/// adopted, whichever class wrote the file; unknown keys are ignored; missing ones get the class's defaults.
struct SchedulerConfig {
    /// `method` and `schedule`: core/batch/names.h; a schedule other than "default" overrides the file. `flow`: the
    /// model predicts a flow, which the files of such models do not say. Throws Error naming the key, the value and the
    /// choices.
    SchedulerConfig(const Json& file, const std::string& method, const std::string& schedule, bool flow = false);

    int train_timesteps;
    double beta_start, beta_end;
    BetaSchedule beta_schedule;
    std::vector<double> trained_betas;  ///< empty: use beta_schedule
    bool rescale_betas_zero_snr;

    Prediction prediction;
    bool learned_variance;  ///< the network's first three channels are the prediction
    bool large_variance;    ///< of ddpm's noise: the upper bound of what it may be, else the lower one
    FlowShift flow_shift;

    Spacing spacing;
    int steps_offset;

    SigmaSchedule sigma_schedule;
    std::optional<double> sigma_min, sigma_max;  ///< ends of the sigma schedule; nullopt: those of the training noise
    bool final_sigma_is_zero;                    ///< else the smallest training sigma
    bool rounds_karras;                          ///< the timesteps of Karras' sigmas are whole numbers
    bool aligned_to_xl;                          ///< the levels of AlignYourSteps are those of Stable Diffusion XL
    bool interpolates_log_sigmas;                ///< equally spaced log sigmas, whatever the timesteps
    bool continuous_timesteps;                   ///< the network's timestep is log(sigma) / 4

    bool clip_sample, thresholding;
    double clip_sample_range, dynamic_thresholding_ratio, sample_max_value;
    bool set_alpha_to_one, skip_prk_steps;

    int solver_order;
    SolverType solver_type;
    bool stochastic;  ///< sde-dpmsolver++
    bool lower_order_final, euler_at_final, predict_x0;
    double lambda_min_clipped;
    std::vector<int> disable_corrector;

    int original_inference_steps;
    double timestep_scaling;
};

}  // namespace fanlight
