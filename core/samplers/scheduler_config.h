#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

enum class BetaSchedule { Linear, ScaledLinear, SquaredcosCapV2, Exp };
enum class Prediction { Epsilon, V, Sample };
enum class Spacing { Leading, Trailing, Linspace };
enum class SigmaSchedule { Interpolated, Karras, Exponential, Lu };
enum class SolverType { Midpoint, Heun, Bh1, Bh2 };

/// scheduler_config.json, typed, for one method. As diffusers' from_config() has it: a key that the method's class
/// knows is taken over, whatever class wrote the file; a key that it does not know is ignored; the rest get the class's
/// defaults.
struct SchedulerConfig {
    /// `method` and `schedule`: core/batch/names.h; a schedule other than "default" overrides the file.
    /// Throws Error naming the key, the value and the choices.
    SchedulerConfig(const Json& json, const std::string& method, const std::string& schedule);

    int train_timesteps;
    double beta_start, beta_end;
    BetaSchedule beta_schedule;
    std::vector<double> trained_betas;  ///< empty: as beta_schedule says
    bool rescale_betas_zero_snr;

    Prediction prediction;
    bool learned_variance;  ///< the network's first three channels are the prediction

    Spacing spacing;
    int steps_offset;

    SigmaSchedule sigma_schedule;
    std::optional<double> sigma_min, sigma_max;  ///< ends of the sigma schedule; else the noise's own
    bool final_sigma_is_zero;                    ///< else the smallest one of training
    bool interpolates_log_sigmas;                ///< sigmas evenly in the logarithm, whatever the timesteps
    bool continuous_timesteps;                   ///< the network is told log(sigma) / 4

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
