#include "core/families/told_training.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/checkpoints/tensor_source.h"

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

/// In small letters: "sd-v2_vPred10" is sd, v, 2, v, pred, 10.
std::vector<std::string> words_of(const std::string& name) {
    const auto kind_of = [](unsigned char c) {
        return std::isdigit(c) ? 1 : std::isupper(c) ? 2 : std::islower(c) ? 3 : 0;
    };
    std::vector<std::string> words;
    int last = 0;
    for (const unsigned char c : name) {
        const int kind = kind_of(c);
        const bool goes_on = kind == last || (last == 2 && kind == 3);
        if (kind != 0 && !goes_on) words.emplace_back();
        if (kind != 0) words.back() += static_cast<char>(std::tolower(c));
        last = kind;
    }
    return words;
}

/// What part of a name says: words that follow each other. "pred" may be "prediction".
struct NamePart {
    std::initializer_list<std::string_view> words;
    const char* prediction;
};
const NamePart name_parts[] = {
    {{"vpred"}, v_prediction},         {{"v", "pred"}, v_prediction},    {{"epspred"}, epsilon},
    {{"eps", "pred"}, epsilon},        {{"epsilon"}, epsilon},           {{"512", "base"}, epsilon},
    {{"v", "2", "1", "512"}, epsilon}, {{"v", "2", "0", "512"}, epsilon}};
const NamePart zero_snr_parts[] = {{{"zsnr"}, ""}, {{"ztsnr"}, ""}, {{"terminal", "snr"}, ""}};

bool has_part(const std::vector<std::string>& words, const NamePart& part) {
    const auto equal = [](const std::string& word, std::string_view wanted) {
        const bool may_go_on = wanted.ends_with("pred");
        return word == wanted || (may_go_on && word == std::string(wanted) + "iction");
    };
    return std::search(words.begin(), words.end(), part.words.begin(), part.words.end(), equal) != words.end();
}

ToldTraining told_by_name(const fs::path& file) {
    const std::vector<std::string> words = words_of(file.stem().string());
    const auto is_in = [&](const NamePart& part) { return has_part(words, part); };
    ToldTraining told{.by = "its name",
                      .zero_snr = std::any_of(std::begin(zero_snr_parts), std::end(zero_snr_parts), is_in)};
    const auto* const found = std::find_if(std::begin(name_parts), std::end(name_parts), is_in);
    if (found != std::end(name_parts)) told.prediction = found->prediction;
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
