#include "core/worker/describe.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>

#include "core/base/stopwatch.h"
#include "core/base/text.h"
#include "core/models/model_costs.h"
#include "core/models/unet_layers.h"
#include "core/worker/worker_device.h"

namespace fanlight {

namespace {

/// FOLDER and pairs of --NAME VALUE.
class Arguments {
public:
    explicit Arguments(const std::vector<std::string>& arguments) {
        if (arguments.empty() || arguments.front().starts_with("-"))
            throw UsageError("A model folder is missing, before all options");
        folder_ = arguments.front();
        for (size_t i = 1; i < arguments.size(); i += 2) {
            const auto known = values_.find(arguments[i]);
            if (known == values_.end() || i + 1 == arguments.size()) throw UsageError(usage(arguments[i]));
            known->second = arguments[i + 1];
        }
    }

    const std::string& folder() const { return folder_; }
    const std::string& text(const std::string& name) const { return values_.at(name); }

    int number(const std::string& name, int least) const {
        const std::string& digits = values_.at(name);
        int value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc() || end != digits.data() + digits.size() || value < least || value > 1'000'000)
            throw UsageError(name + " must be a number from " + std::to_string(least) + ", not \"" + digits + "\"");
        return value;
    }

    DescribedShape shape() const {
        return {.dtype = text("--dtype"),
                .width = number("--width", 1),
                .height = number("--height", 1),
                .batch_size = number("--batch-size", 1),
                .guided = number("--guided", 0) > 0};
    }

private:
    std::string usage(const std::string& at) const {
        std::vector<std::string> names;
        for (const auto& [name, value] : values_) names.push_back(name);
        return "\"" + at + "\" is no option with a value; there are " + listed(names);
    }

    std::string folder_;
    std::map<std::string, std::string> values_ = {{"--dtype", "float32"}, {"--width", "512"}, {"--height", "512"},
                                                  {"--batch-size", "1"},  {"--guided", "1"},  {"--device", "cpu"},
                                                  {"--threads", "1"}};
};

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
}

/// Waits for the device: what it was asked to do is done when a number of the result is here.
void finish(const UNetState& state) {
    const at::Tensor& last = state.hidden;
    if (!last.is_cpu()) last.flatten().slice(0, 0, 1).cpu();
}

/// Median of a few evaluations, after one that warms up. Leaves behind the state that the next layer starts from.
double seconds_of(const UNetLayer& layer, UNetState& state) {
    constexpr int most = 7, least = 3;
    constexpr double enough_seconds = 0.2;
    std::vector<double> seconds;
    UNetState after = state;
    layer.run(after);
    finish(after);
    const Stopwatch whole;
    while (static_cast<int>(seconds.size()) < least ||
           (static_cast<int>(seconds.size()) < most && whole.seconds() < enough_seconds)) {
        after = state;
        const Stopwatch watch;
        layer.run(after);
        finish(after);
        seconds.push_back(watch.seconds());
    }
    state = std::move(after);
    return median(seconds);
}

Json measured_layers(const ModelFolder& folder, const DescribedShape& shape, const Weights::Placement& placement) {
    const UNetConfig config(folder.config("unet"));
    const Weights weights = folder.weights("unet", placement);
    const int64_t rows = shape.batch_size * (shape.guided ? 2 : 1), factor = latent_factor(folder);
    const auto options = at::TensorOptions().dtype(placement.dtype).device(placement.device);
    TextContext context{at::randn({rows, text_length(folder), config.down_blocks.front().context_dim}, options), {}};
    UNetState state{
        .hidden = at::randn({rows, config.in_channels, shape.height / factor, shape.width / factor}, options),
        .timestep = 500,
        .context = &context};
    if (config.guidance_width > 0) state.guidance = at::full({rows}, 7.5, options.dtype(at::kFloat));

    Json seconds = Json::array();
    for (const UNetLayerPlan& plan : plan_layers(config, weights)) {
        seconds.push_back(seconds_of({plan.name, plan.skip, plan.make()}, state));
        context.keys_and_values.clear();  // of a layer that is gone, and its address may be the next one's
    }
    return seconds;
}

void print(const Json& json) { std::printf("%s\n", to_line(json).c_str()); }

}  // namespace

int describe_model(const std::vector<std::string>& arguments) {
    const Arguments given(arguments);
    print(to_json(model_costs(ModelFolder(given.folder()), given.shape())));
    return 0;
}

int measure_layers(const std::vector<std::string>& arguments) {
    const Arguments given(arguments);
    const DescribedShape shape = given.shape();
    const WorkerDevice device =
        open_device(given.text("--device"), {.dtype = shape.dtype, .threads = given.number("--threads", 1)});
    const ModelFolder folder(given.folder());
    model_costs(folder, shape);  // refuses sizes that cannot be
    const c10::InferenceMode inference;
    print({{"device_name", device.name}, {"layer_seconds", measured_layers(folder, shape, device.placement)}});
    return 0;
}

}  // namespace fanlight
