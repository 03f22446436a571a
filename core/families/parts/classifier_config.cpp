#include "core/families/parts/classifier_config.h"

#include <algorithm>
#include <set>

#include "core/base/config_numbers.h"

namespace fanlight {

namespace {

constexpr int64_t max_labels = 1'000'000;

/// id2label, whose keys are numbers; transformers' default is LABEL_0 and LABEL_1.
std::vector<std::string> labels_of(const Json& config, const Place& where) {
    const auto given = optional_or<Json>(config, "id2label", nullptr, where);
    std::vector<std::string> labels;
    if (given.is_null()) {
        const int64_t count = whole_number_or(config, "num_labels", 2, 1, max_labels, where);
        for (int64_t i = 0; i < count; ++i) labels.push_back("LABEL_" + std::to_string(i));
        return labels;
    }
    for (size_t i = 0; given.is_object() && i < given.size(); ++i) {
        const auto label = given.find(std::to_string(i));
        if (label == given.end() || !label->is_string()) break;
        labels.push_back(label->get<std::string>());
    }
    if (labels.empty() || labels.size() != given.size())
        throw Error("%1: id2label must give each number from 0 on a text; choose another model.", where);
    if (std::set(labels.begin(), labels.end()).size() != labels.size())
        throw Error("%1: id2label gives two numbers the same label; name them differently.", where);
    return labels;
}

ClassifierConfig::Logits logits_of(const Json& config, size_t labels, const Place& where) {
    const auto type = optional_or<std::string>(config, "problem_type", "", where);
    if (type == "multi_label_classification") return ClassifierConfig::Logits::ManyLabels;
    return type == "regression" || (type.empty() && labels == 1) ? ClassifierConfig::Logits::Numbers
                                                                 : ClassifierConfig::Logits::OneLabel;
}

}  // namespace

ClassifierConfig::ClassifierConfig(const Json& config, const Place& where)
    : labels(labels_of(config, where)), logits(logits_of(config, labels.size(), where)) {
    const auto pad = optional_or<Json>(config, "pad_token_id", nullptr, where);
    if (!pad.is_null()) pad_id = whole_number(config, "pad_token_id", -1, max_vocabulary, where);
}

}  // namespace fanlight
