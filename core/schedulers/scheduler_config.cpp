#include "core/schedulers/scheduler_config.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/config_numbers.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/batch/flow_schedules.h"
#include "core/batch/names.h"

namespace fanlight {

namespace {

const Place where = "scheduler_config.json";

/// Differences between diffusers' classes: defaults, and the keys that a class knows besides the common ones.
struct Traits {
    double beta_start = 0.0001, beta_end = 0.02;
    const char* beta_schedule = "linear";
    const char* spacing = "linspace";
    const char* solver_type = "midpoint";
    int solver_order = 2;
    bool clips = false, alpha_to_one = false, exp_betas = false, predicts_sample = true, knows_betas = true;
    bool knows_spacing = true, lowers_order = true, rounds_karras = false, reaches_zero = true;
    bool draws = false;  ///< noise at each step
    SigmaSchedule usual_sigmas = SigmaSchedule::Interpolated;
    std::vector<std::string> keys;
};

const std::vector<std::string> clipping = {"clip_sample", "clip_sample_range"};
const std::vector<std::string> dynamic_thresholding = {"thresholding", "dynamic_thresholding_ratio",
                                                       "sample_max_value"};
const std::vector<std::string> sigma_flags = {"use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"};
const std::vector<std::string> sigma_limits = {"sigma_min", "sigma_max"};
const std::vector<std::string> solver = {"final_sigmas_type", "solver_order", "solver_type", "lower_order_final",
                                         "use_flow_sigmas"};
const std::vector<std::string> zero_snr = {"rescale_betas_zero_snr"};
/// The last four are read by the pipelines, from a file of any class.
const std::vector<std::string> flow_shift_keys = {
    "shift",      "flow_shift", "use_dynamic_shifting", "time_shift_type",
    "base_shift", "max_shift",  "base_image_seq_len",   "max_image_seq_len"};

std::vector<std::string> together(std::initializer_list<std::vector<std::string>> groups) {
    std::vector<std::string> keys;
    for (const auto& group : groups) keys.insert(keys.end(), group.begin(), group.end());
    return keys;
}

/// Of the methods that solve the diffusion ODE or SDE in sigma, as diffusers' Euler does.
Traits euler_traits() { return {.predicts_sample = false, .keys = together({zero_snr, sigma_flags, sigma_limits})}; }

/// A1111's schedule for it, unless one is asked for.
Traits restart_traits() {
    Traits traits = euler_traits();
    traits.usual_sigmas = SigmaSchedule::Karras;
    return traits;
}

/// Of the classes that diffusers took over from k-diffusion.
Traits k_traits(std::vector<std::string> keys, bool rounds_karras) {
    return {.beta_start = 0.00085,
            .beta_end = 0.012,
            .predicts_sample = false,
            .rounds_karras = rounds_karras,
            .keys = std::move(keys)};
}

/// `flow`: of the class for such models, if the method has another one for them.
const Traits& traits_of(const std::string& method, bool flow) {
    static const Traits euler = {.knows_betas = false,
                                 .keys = together({flow_shift_keys,
                                                   sigma_limits,
                                                   {"shift_terminal", "use_karras_sigmas", "use_exponential_sigmas",
                                                    "use_beta_sigmas", "invert_sigmas", "stochastic_sampling"}})};
    static const std::map<std::string, Traits> flow_table = {
        {"euler", euler},
        {"euler_ancestral", euler},
        {"lcm", euler},
        {"heun", {.knows_betas = false, .keys = {"shift"}}},
        {"dpmpp_2m",
         {.keys = together({flow_shift_keys,
                            zero_snr,
                            sigma_flags,
                            sigma_limits,
                            dynamic_thresholding,
                            solver,
                            {"algorithm_type", "euler_at_final", "use_lu_lambdas"}})}},
        {"dpmpp_2s",
         {.lowers_order = false,
          .keys = together({flow_shift_keys, sigma_flags, dynamic_thresholding, solver, {"algorithm_type"}})}},
        {"deis",
         {.reaches_zero = false,
          .keys = together({flow_shift_keys,
                            sigma_flags,
                            dynamic_thresholding,
                            {"solver_order", "lower_order_final", "use_flow_sigmas"}})}},
        {"unipc",
         {.solver_type = "bh2",
          .keys = together({flow_shift_keys,
                            zero_snr,
                            sigma_flags,
                            sigma_limits,
                            dynamic_thresholding,
                            solver,
                            {"predict_x0", "disable_corrector", "shift_terminal"}})}},
    };
    if (flow) return flow_table.at(method);
    static const std::map<std::string, Traits> table = {
        {"ddim",
         {.spacing = "leading",
          .clips = true,
          .alpha_to_one = true,
          .keys = together({zero_snr, clipping, dynamic_thresholding, {"set_alpha_to_one"}})}},
        {"pndm", {.spacing = "leading", .predicts_sample = false, .keys = {"set_alpha_to_one", "skip_prk_steps"}}},
        {"euler",
         {.keys = together(
              {zero_snr, sigma_flags, sigma_limits, {"final_sigmas_type", "interpolation_type", "timestep_type"}})}},
        {"euler_ancestral", {.predicts_sample = false, .keys = zero_snr}},
        {"heun",
         {.beta_start = 0.00085,
          .beta_end = 0.012,
          .exp_betas = true,
          .keys = together({sigma_flags, sigma_limits, clipping})}},
        {"dpmpp_2m",
         {.keys = together(
              {zero_snr,
               sigma_flags,
               sigma_limits,
               dynamic_thresholding,
               solver,
               {"algorithm_type", "euler_at_final", "lambda_min_clipped", "use_lu_lambdas", "variance_type"}})}},
        {"dpmpp_2m_sde",
         {.draws = true,
          .keys = together({zero_snr,
                            sigma_flags,
                            sigma_limits,
                            dynamic_thresholding,
                            solver,
                            {"euler_at_final", "lambda_min_clipped", "use_lu_lambdas", "variance_type"}})}},
        {"dpmpp_3m_sde",
         {.solver_type = "heun",
          .solver_order = 3,
          .draws = true,
          .keys = together({zero_snr,
                            sigma_flags,
                            sigma_limits,
                            dynamic_thresholding,
                            {"lambda_min_clipped", "use_lu_lambdas", "variance_type", "use_flow_sigmas"}})}},
        {"dpmpp_2s",
         {.knows_spacing = false,
          .lowers_order = false,
          .keys = together({sigma_flags,
                            sigma_limits,
                            dynamic_thresholding,
                            solver,
                            {"algorithm_type", "lambda_min_clipped", "variance_type"}})}},
        {"dpmpp_2s_ancestral", euler_traits()},
        {"dpmpp_sde", k_traits(sigma_flags, false)},
        {"dpm2", k_traits(together({sigma_flags, sigma_limits}), true)},
        {"dpm2_ancestral", k_traits(together({sigma_flags, sigma_limits}), true)},
        {"lms", {.keys = sigma_flags}},
        {"deis",
         {.reaches_zero = false,
          .keys = together({sigma_flags,
                            sigma_limits,
                            dynamic_thresholding,
                            {"solver_order", "lower_order_final", "use_flow_sigmas"}})}},
        {"heunpp2", euler_traits()},
        {"restart", restart_traits()},
        {"ddpm",
         {.spacing = "leading",
          .clips = true,
          .keys = together({zero_snr, clipping, dynamic_thresholding, {"variance_type"}})}},
        {"lcm",
         {.beta_start = 0.00085,
          .beta_end = 0.012,
          .beta_schedule = "scaled_linear",
          .spacing = "leading",
          .alpha_to_one = true,
          .keys = together({zero_snr,
                            clipping,
                            dynamic_thresholding,
                            {"set_alpha_to_one", "original_inference_steps", "timestep_scaling"}})}},
        {"tcd",
         {.beta_start = 0.00085,
          .beta_end = 0.012,
          .beta_schedule = "scaled_linear",
          .spacing = "leading",
          .alpha_to_one = true,
          .keys = together({zero_snr,
                            clipping,
                            dynamic_thresholding,
                            {"set_alpha_to_one", "original_inference_steps", "timestep_scaling"}})}},
        {"unipc",
         {.solver_type = "bh2",
          .keys = together({zero_snr,
                            sigma_flags,
                            sigma_limits,
                            dynamic_thresholding,
                            solver,
                            {"predict_x0", "disable_corrector"}})}},
    };
    return table.at(method);
}

/// Reads the keys that a method knows.
class Reader {
public:
    Reader(const Json& json, const Traits& traits) : json_(json), traits_(traits) {
        if (!json.is_object()) throw Error("%1: must be an object, not %2", where, json.type_name());
    }

    template <typename T>
    T value(const char* key, T fallback) const {
        return known(key) ? optional_or<T>(json_, key, std::move(fallback), where) : fallback;
    }

    /// Values that are false in Python are false here, including null.
    bool flag(const char* key, bool fallback) const {
        if (!known(key) || !json_.contains(key)) return fallback;
        return !json_.at(key).is_null() && required<bool>(json_, key, where);
    }

    int integer(const char* key, int fallback, int lowest, int highest) const {
        return known(key) ? static_cast<int>(whole_number_or(json_, key, fallback, lowest, highest, where)) : fallback;
    }

    double number(const char* key, double fallback, double lowest, double highest) const {
        return known(key) ? number_or(json_, key, fallback, lowest, highest, where) : fallback;
    }

    /// No picture has noise of other strengths.
    std::optional<double> positive(const char* key) const {
        constexpr double tiny = 1e-9, huge = 1e9;
        if (value<Json>(key, nullptr).is_null()) return std::nullopt;
        return number_or(json_, key, 0, tiny, huge, where);
    }

    template <typename T>
    T choice(const char* key, const std::string& fallback, const std::map<std::string, T>& choices) const {
        const auto name = value<std::string>(key, fallback);
        if (const auto found = choices.find(name); found != choices.end()) return found->second;
        std::vector<std::string> names;
        for (const auto& [known_name, choice] : choices) names.push_back(known_name);
        throw Error("%1: \"%2\" is %3, but must be one of %4", where, key, in_quotes(name), listed(names));
    }

    void refuse(const char* key) const {
        if (flag(key, false))
            throw Error("%1: \"%2\" is not supported; set it to false or name another sampler", where, key);
    }

private:
    bool known(const std::string& key) const {
        static const std::vector<std::string> common = {"num_train_timesteps", "prediction_type", "aligned_to_xl"},
                                              of_betas = {"beta_start", "beta_end", "beta_schedule", "trained_betas"},
                                              of_spacing = {"timestep_spacing", "steps_offset"};
        const auto in = [&](const std::vector<std::string>& keys) {
            return std::find(keys.begin(), keys.end(), key) != keys.end();
        };
        return in(common) || (traits_.knows_betas && in(of_betas)) ||
               (traits_.knows_betas && traits_.knows_spacing && in(of_spacing)) || in(traits_.keys);
    }

    const Json& json_;
    const Traits& traits_;
};

const std::map<std::string, BetaSchedule> beta_schedules = {{"linear", BetaSchedule::Linear},
                                                            {"scaled_linear", BetaSchedule::ScaledLinear},
                                                            {"squaredcos_cap_v2", BetaSchedule::SquaredcosCapV2}};
const std::map<std::string, Prediction> predictions = {
    {"epsilon", Prediction::Epsilon}, {"v_prediction", Prediction::V}, {"sample", Prediction::Sample}};
const std::map<std::string, Prediction> flow_prediction = {{"flow_prediction", Prediction::Flow}};
const std::map<std::string, Spacing> spacings = {
    {"leading", Spacing::Leading}, {"trailing", Spacing::Trailing}, {"linspace", Spacing::Linspace}};
// Each family maps the other's values to its own, so that a config written by another class still loads.
const std::map<std::string, SolverType> dpm_types = {{"midpoint", SolverType::Midpoint},
                                                     {"heun", SolverType::Heun},
                                                     {"logrho", SolverType::Midpoint},
                                                     {"bh1", SolverType::Midpoint},
                                                     {"bh2", SolverType::Midpoint}};
const std::map<std::string, SolverType> unipc_types = {{"bh1", SolverType::Bh1},
                                                       {"bh2", SolverType::Bh2},
                                                       {"logrho", SolverType::Bh2},
                                                       {"midpoint", SolverType::Bh2},
                                                       {"heun", SolverType::Bh2}};

const std::map<std::string, SigmaSchedule> sigma_schedules = {{"karras", SigmaSchedule::Karras},
                                                              {"exponential", SigmaSchedule::Exponential},
                                                              {"beta", SigmaSchedule::Beta},
                                                              {"polyexponential", SigmaSchedule::Polyexponential},
                                                              {"sgm_uniform", SigmaSchedule::SgmUniform},
                                                              {"simple", SigmaSchedule::Simple},
                                                              {"normal", SigmaSchedule::Normal},
                                                              {"ddim_uniform", SigmaSchedule::DdimUniform},
                                                              {"align_your_steps", SigmaSchedule::AlignYourSteps},
                                                              {"kl_optimal", SigmaSchedule::KlOptimal}};

template <typename T>
std::map<std::string, T> with(std::map<std::string, T> choices, bool wanted, const char* name, T value) {
    if (wanted) choices.emplace(name, value);
    return choices;
}

std::vector<double> read_trained_betas(const Reader& reader) {
    constexpr size_t most = 100'000;
    auto betas = reader.value<std::vector<double>>("trained_betas", {});
    const bool fractions = std::all_of(betas.begin(), betas.end(), [](double beta) { return beta >= 0 && beta <= 1; });
    if (betas.size() == 1 || betas.size() > most || !fractions)
        throw Error("%1: \"trained_betas\" must be two numbers at least, each from 0 to 1", where);
    return betas;
}

FlowShift read_flow_shift(const Reader& reader) {
    constexpr double most_shift = 50;  // an exponent
    FlowShift shift;
    const auto by = reader.positive("flow_shift"), own = reader.positive("shift");
    shift.factor = by.value_or(own.value_or(1));
    shift.dynamic = reader.flag("use_dynamic_shifting", false);
    shift.linear = reader.choice<bool>("time_shift_type", "exponential", {{"exponential", false}, {"linear", true}});
    shift.base_shift = reader.number("base_shift", shift.base_shift, -most_shift, most_shift);
    shift.max_shift = reader.number("max_shift", shift.max_shift, -most_shift, most_shift);
    shift.base_image_tokens = reader.integer("base_image_seq_len", shift.base_image_tokens, 1, 1 << 30);
    shift.max_image_tokens = reader.integer("max_image_seq_len", shift.max_image_tokens, 1, 1 << 30);
    if (shift.base_image_tokens == shift.max_image_tokens)
        throw Error("%1: \"base_image_seq_len\" and \"max_image_seq_len\" must differ", where);
    shift.terminal = reader.number("shift_terminal", 0, 0, 1);
    if (shift.terminal == 1) throw Error("%1: \"shift_terminal\" must be below 1", where);
    return shift;
}

/// What the file's flags say; at most one of them may be true.
SigmaSchedule read_sigma_flags(const Reader& reader, SigmaSchedule usual) {
    std::vector<SigmaSchedule> chosen;
    if (reader.flag("use_karras_sigmas", false)) chosen.push_back(SigmaSchedule::Karras);
    if (reader.flag("use_exponential_sigmas", false)) chosen.push_back(SigmaSchedule::Exponential);
    if (reader.flag("use_beta_sigmas", false)) chosen.push_back(SigmaSchedule::Beta);
    if (chosen.size() > 1)
        throw Error(
            "%1: of \"use_karras_sigmas\", \"use_exponential_sigmas\" and \"use_beta_sigmas\" only one may be true",
            where);
    return chosen.empty() ? usual : chosen.front();
}

SigmaSchedule read_flow_sigma_schedule(const Reader& reader, const std::string& method, const std::string& schedule) {
    reader.refuse("invert_sigmas");
    reader.refuse("stochastic_sampling");
    if (!follows_on_flows(method) && schedule == "default")
        for (const char* key : {"use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas"})
            reader.refuse(key);
    if (schedule == "simple") return SigmaSchedule::Interpolated;
    if (const auto named = sigma_schedules.find(schedule); named != sigma_schedules.end()) return named->second;
    return read_sigma_flags(reader, SigmaSchedule::Interpolated);
}

SigmaSchedule read_sigma_schedule(const Reader& reader, const std::string& schedule, SigmaSchedule usual) {
    reader.refuse("use_flow_sigmas");
    if (const auto named = sigma_schedules.find(schedule); named != sigma_schedules.end()) return named->second;
    if (schedule != "default") usual = SigmaSchedule::Interpolated;
    const SigmaSchedule chosen = read_sigma_flags(reader, usual);
    return chosen != SigmaSchedule::Karras && reader.flag("use_lu_lambdas", false) ? SigmaSchedule::Lu : chosen;
}

void check_schedule(const std::string& method, const std::string& schedule, bool flow) {
    const ScheduleName* known = find_schedule(schedule);
    if (!known)
        throw Error("The schedule \"%1\" is not known; known are %2", schedule.substr(0, 60),
                    listed(names_of(schedule_names())));
    if (flow || !known->sets_sigmas || find_sampler(method)->sigma_schedules) return;
    std::vector<std::string> able;
    for (const SamplerName& sampler : sampler_names())
        if (sampler.sigma_schedules) able.push_back(sampler.name);
    throw Error("The sampler %1 cannot follow the schedule %2; %3 can", method, schedule, listed(able));
}

void check_flow_schedule(const std::string& method, const std::string& schedule) {
    if (schedule == "default") return;
    std::vector<std::string> able;
    for (const ScheduleName& name : schedule_names())
        if (name.flow) able.push_back(name.name);
    if (!find_schedule(schedule)->flow)
        throw Error("The schedule %1 does not apply to a model that predicts a flow; %2 do", schedule, listed(able));
    if (!follows(find_sampler(method), *find_schedule(schedule), /*flow=*/true))
        throw Error(
            "The sampler %1 cannot follow the schedule %2 on a model that predicts a flow; euler, euler_ancestral and "
            "lcm can",
            method, schedule);
}

Prediction read_prediction(const Reader& reader, const std::string& method, bool takes_sample, bool flow) {
    if (flow) return reader.choice("prediction_type", "flow_prediction", flow_prediction);
    const Prediction prediction = reader.choice("prediction_type", "epsilon", predictions);
    if (prediction == Prediction::Sample && !takes_sample)
        throw Error("%1: \"prediction_type\" is \"sample\", but the sampler %2 takes epsilon and v_prediction only",
                    where, method);
    return prediction;
}

/// With the keys that are for the method's class alone, if it wrote the file.
Json as_read_by(const std::string& method, bool flow, const Json& file) {
    Json json = file;
    if (!json.is_object() || !json.contains(own_class_keys)) return json;
    const Json own = json.at(own_class_keys);
    if (own.is_object() && json.value("_class_name", Json()) == Json(find_sampler(method)->class_for(flow)))
        json.update(own);
    return json;
}

}  // namespace

SchedulerConfig::SchedulerConfig(const Json& file, const std::string& method, const std::string& schedule, bool flow) {
    constexpr double tiny = 1e-6, huge = 1e6;
    check_schedule(method, schedule, flow);
    if (flow) check_flow_schedule(method, schedule);
    const Traits& traits = traits_of(method, flow);
    const Json json = as_read_by(method, flow, file);
    const Reader reader(json, traits);

    train_timesteps = reader.integer("num_train_timesteps", 1000, 2, 100000);
    beta_start = reader.number("beta_start", traits.beta_start, 0, 1);
    beta_end = reader.number("beta_end", traits.beta_end, 0, 1);
    beta_schedule = reader.choice("beta_schedule", traits.beta_schedule,
                                  with(beta_schedules, traits.exp_betas, "exp", BetaSchedule::Exp));
    trained_betas = read_trained_betas(reader);
    rescale_betas_zero_snr = reader.flag("rescale_betas_zero_snr", false);

    prediction = read_prediction(reader, method, traits.predicts_sample, flow);
    large_variance = method == "ddpm" && reader.choice<bool>("variance_type", "fixed_small",
                                                             {{"fixed_small", false}, {"fixed_large", true}});
    learned_variance = reader.value<std::string>("variance_type", "").starts_with("learned");
    flow_shift = read_flow_shift(reader);

    const auto spaced = spacings.find(schedule);
    spacing = spaced != spacings.end() ? spaced->second : reader.choice("timestep_spacing", traits.spacing, spacings);
    steps_offset = reader.integer("steps_offset", 0, -100000, 100000);

    sigma_schedule = flow ? read_flow_sigma_schedule(reader, method, schedule)
                          : read_sigma_schedule(reader, schedule, traits.usual_sigmas);
    sigma_min = reader.positive("sigma_min");
    sigma_max = reader.positive("sigma_max");
    final_sigma_is_zero =
        traits.reaches_zero && reader.choice<bool>("final_sigmas_type", "zero", {{"zero", true}, {"sigma_min", false}});
    rounds_karras = traits.rounds_karras;
    aligned_to_xl = reader.flag("aligned_to_xl", false);
    interpolates_log_sigmas =
        reader.choice<bool>("interpolation_type", "linear", {{"linear", false}, {"log_linear", true}});
    continuous_timesteps =
        reader.choice<bool>("timestep_type", "discrete", {{"discrete", false}, {"continuous", true}}) &&
        prediction == Prediction::V;

    clip_sample = reader.flag("clip_sample", traits.clips);
    clip_sample_range = reader.number("clip_sample_range", 1.0, tiny, huge);
    thresholding = reader.flag("thresholding", false);
    dynamic_thresholding_ratio = reader.number("dynamic_thresholding_ratio", 0.995, 0, 1);
    sample_max_value = reader.number("sample_max_value", 1.0, tiny, huge);
    set_alpha_to_one = reader.flag("set_alpha_to_one", traits.alpha_to_one);
    skip_prk_steps = reader.flag("skip_prk_steps", false);

    solver_order = reader.integer("solver_order", traits.solver_order, 1, 3);
    solver_type = reader.choice("solver_type", traits.solver_type, method == "unipc" ? unipc_types : dpm_types);
    stochastic =
        traits.draws || reader.choice<bool>("algorithm_type", "dpmsolver++",
                                            {{"dpmsolver++", false}, {"deis", false}, {"sde-dpmsolver++", true}});
    lower_order_final = reader.flag("lower_order_final", traits.lowers_order);
    euler_at_final = reader.flag("euler_at_final", false);
    predict_x0 = reader.flag("predict_x0", true);
    if (flow && !predict_x0) throw Error("%1: \"predict_x0\" must be true for a model that predicts a flow", where);
    lambda_min_clipped = reader.number("lambda_min_clipped", -std::numeric_limits<double>::infinity(),
                                       -std::numeric_limits<double>::infinity(), huge);
    disable_corrector = reader.value<std::vector<int>>("disable_corrector", {});

    original_inference_steps = reader.integer("original_inference_steps", 50, 1, train_timesteps);
    timestep_scaling = reader.number("timestep_scaling", 10.0, tiny, huge);
}

}  // namespace fanlight
