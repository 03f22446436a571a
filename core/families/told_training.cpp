#include "core/families/told_training.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/place.h"
#include "core/checkpoints/tensor_source.h"
#include "core/families/parts/name_words.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr const char *epsilon = "epsilon", *v_prediction = "v_prediction";

/// What a text says about the prediction: a name of CompVis' or ModelSpec's, the beginning of an architecture.
struct Saying {
    std::string_view text;
    const char* prediction;
};
constexpr Saying sayings[] = {{"epsilon", epsilon},
                              {"eps", epsilon},
                              {"v", v_prediction},
                              {"v_prediction", v_prediction},
                              {"v-prediction", v_prediction}};
constexpr Saying architectures[] = {{"stable-diffusion-v2-512", epsilon}, {"stable-diffusion-v2-768-v", v_prediction}};

/// "" if it says nothing.
std::string said_by(std::string_view text) {
    for (const auto& [known, prediction] : sayings)
        if (text == known) return prediction;
    return "";
}

/// Undefined, which is false, if there is none.
YAML::Node below(const YAML::Node& node, const char* key) {
    return node && node.IsMap() && node[key] ? node[key] : YAML::Node(YAML::NodeType::Undefined);
}

/// In CompVis' config the noise is predicted unless "parameterization" says otherwise; another file says nothing.
std::string said_by_config(const std::string& text, const Place& where) {
    try {
        const YAML::Node parameters = below(below(YAML::Load(text), "model"), "params");
        if (!below(parameters, "unet_config")) return "";
        const YAML::Node said = below(parameters, "parameterization");
        if (!said) return epsilon;
        if (said.IsScalar() && !said_by(said.Scalar()).empty()) return said_by(said.Scalar());
    } catch (const YAML::Exception& error) {
        throw Error("%1, line %2: is not valid YAML: %3; repair it, or move it away from the model.", where,
                    error.mark.line + 1, error.msg);
    }
    throw Error("%1: \"parameterization\" must be eps or v; repair it, or move it away from the model.", where);
}

ToldTraining told_by_config_beside(const fs::path& file) {
    constexpr std::uintmax_t max_bytes = 1u << 20;
    const fs::path config = fs::path(file).replace_extension(".yaml");
    std::error_code ignored;
    if (!fs::is_regular_file(config, ignored)) return {};
    return {said_by_config(read_file(config, max_bytes), config.string()), Sentence("%1 beside it", config.filename())};
}

ToldTraining told_by_contents(const fs::path& file) {
    const TensorSource source(file);
    const bool zero_snr = source.tensors().contains("ztsnr");
    if (source.tensors().contains("v_pred")) return {v_prediction, "its key v_pred", zero_snr};
    ToldTraining told{said_by(source.metadata("modelspec.prediction_type")), "its metadata", zero_snr};
    if (!told.prediction.empty()) return told;
    const std::string architecture = source.metadata("modelspec.architecture");
    for (const auto& [known, prediction] : architectures)
        if (architecture == known) told.prediction = prediction;
    return told;
}

/// What part of a name says.
struct PartSaying {
    NamePart part;
    const char* prediction;
};
const PartSaying part_sayings[] = {
    {{"vpred"}, v_prediction},         {{"v", "pred"}, v_prediction},    {{"epspred"}, epsilon},
    {{"eps", "pred"}, epsilon},        {{"epsilon"}, epsilon},           {{"512", "base"}, epsilon},
    {{"v", "2", "1", "512"}, epsilon}, {{"v", "2", "0", "512"}, epsilon}};
const NamePart zero_snr_parts[] = {{"zsnr"}, {"ztsnr"}, {"terminal", "snr"}};

ToldTraining told_by_name(const fs::path& file) {
    const std::vector<std::string> words = name_words(file.stem().string());
    ToldTraining told{.by = "its name",
                      .zero_snr = std::any_of(std::begin(zero_snr_parts), std::end(zero_snr_parts),
                                              [&](const NamePart& part) { return has_part(words, part); })};
    for (const auto& [part, prediction] : part_sayings)
        if (told.prediction.empty() && has_part(words, part)) told.prediction = prediction;
    return told;
}

}  // namespace

ToldTraining told_training(const fs::path& file) {
    ToldTraining first;
    bool zero_snr = false;
    for (const auto look : {&told_by_config_beside, &told_by_contents, &told_by_name}) {
        const ToldTraining told = look(file);
        zero_snr = zero_snr || told.zero_snr;
        if (first.prediction.empty() && !told.prediction.empty()) first = told;
    }
    first.zero_snr = zero_snr;
    return first;
}

}  // namespace fanlight
