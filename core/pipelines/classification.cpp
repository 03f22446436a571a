#include "core/pipelines/classification.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/batch/classify_task.h"
#include "core/families/parts/language_model.h"
#include "core/pipelines/judgement.h"
#include "core/pipelines/load_component.h"
#include "core/pipelines/text_reading.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

using Reads = ClassifierPlan::Reads;

/// As in transformers: the last token that is not the pad token, whether or not the prompt itself ends with that one.
/// Of nothing but pad tokens, the first.
int64_t judged_token(const std::vector<int64_t>& ids, const std::optional<int64_t>& pad) {
    const auto last = std::find_if(ids.rbegin(), ids.rend(), [&](int64_t id) { return id != pad; });
    return std::max<int64_t>(0, static_cast<int64_t>(ids.rend() - last) - 1);
}

std::vector<int64_t> masked_tokens(const std::vector<int64_t>& ids, const TextTokenizer& tokenizer) {
    const std::optional<int64_t> mask = mask_token(tokenizer);
    std::vector<int64_t> places;
    for (size_t i = 0; i < ids.size(); ++i)
        if (ids[i] == mask) places.push_back(static_cast<int64_t>(i));
    if (places.empty())
        throw Error("The text has no mask to fill in; write %1 where a word is wanted.",
                    mask ? tokenizer.token_of(*mask).value_or("[MASK]") : std::string("[MASK]"));
    return places;
}

TextStep whole_text(std::vector<int64_t> wanted, int64_t length, int64_t context) {
    TextStep step;
    step.rows = {{.slot = 0, .start = 0, .capacity = length, .longest = length}};
    step.length = length;
    step.wanted = wanted.front();
    step.all_wanted = std::move(wanted);
    step.last_position = context - 1;
    return step;
}

}  // namespace

/// A micro-batch of texts, one an evaluation.
class Classification::Texts : public TextReading {
public:
    Texts(const Classification& model, const std::vector<Task>& batch)
        : TextReading(model.part_, model.layers_), model_(model) {
        for (const Task& task : batch) rows_.push_back(row_of(task.as<ClassifyTask>()));
    }

protected:
    size_t evaluations() const override { return rows_.size(); }

    NamedTensors input_of(size_t evaluation) const override {
        const Encoding& input = rows_.at(evaluation).input;
        NamedTensors tensors = {{"ids", ids_on(input.ids, model_.device_)}};
        if (model_.reads_ != Reads::LastToken) tensors.put("token_types", ids_on(input.type_ids, model_.device_));
        return tensors;
    }

    TextStep step_of(size_t evaluation) const override {
        const Row& row = rows_.at(evaluation);
        return whole_text(row.wanted, static_cast<int64_t>(row.input.ids.size()), model_.limits_.context);
    }

    at::Tensor kept(size_t, const at::Tensor& output) const override {
        const at::Tensor logits = output.squeeze(0).to(at::kFloat);  // [N, outputs]
        return model_.reads_ == Reads::MaskedTokens ? best_tokens(logits) : logits;
    }

    Outputs outputs() override {
        Records records;
        for (size_t i = 0; i < rows_.size(); ++i) {
            const at::Tensor numbers = HostCopy(found()[i]).get().contiguous();
            const Row& row = rows_[i];
            records.rows.push_back(model_.reads_ == Reads::MaskedTokens
                                       ? filled(row.input.ids, row.wanted, numbers, model_.tokenizer_)
                                       : labelled(numbers, row.top_k, model_.config_));
            records.rows.back().more["prompt_tokens"] = row.input.ids.size();
        }
        return records;
    }

private:
    struct Row {
        Encoding input;
        std::vector<int64_t> wanted;  ///< the tokens that are read
        int top_k = 0;
    };

    Row row_of(const ClassifyTask& task) const {
        Row row{prompt_tokens({.text = task.prompt,
                               .pair = task.text_pair,
                               .truncate = task.truncate,
                               .special_tokens = task.special_tokens},
                              model_.tokenizer_, model_.limits_),
                {0},
                task.top_k};
        if (model_.reads_ == Reads::LastToken) row.wanted = {judged_token(row.input.ids, model_.config_.pad_id)};
        if (model_.reads_ == Reads::MaskedTokens) row.wanted = masked_tokens(row.input.ids, model_.tokenizer_);
        return row;
    }

    const Classification& model_;
    std::vector<Row> rows_;
};

Classification::Classification(const ModelFolder& folder, const Weights& weights, const Part& part,
                               const ClassifierPlan& plan)
    : part_(part),
      device_(weights.device()),
      layers_(plan.layers, weights, part.layers),
      tokenizer_(TextTokenizer::load(folder.path())),
      config_(folder.config("model"), folder.path().string() + "/config.json"),
      reads_(plan.reads),
      limits_{plan.vocabulary, plan.context, std::nullopt} {
    check_complete(weights, [&](const std::string& key) {
        return layers_.belongs_elsewhere(key) ||
               std::any_of(plan.harmless.begin(), plan.harmless.end(),
                           [&](const std::string& ending) { return key.ends_with(ending); });
    });
}

std::unique_ptr<Generation> Classification::open(const std::vector<Task>& batch) {
    return std::make_unique<Texts>(*this, batch);
}

int64_t classifier_labels(const ModelFolder& folder, const Weights& weights, const std::string& head) {
    const std::string key = head + ".weight", place = folder.path().string();
    check_classifier(weights.has(key), key, place);
    return static_cast<int64_t>(ClassifierConfig(folder.config("model"), place + "/config.json").labels.size());
}

Probe classifier_probe(ClassifierPlan plan, const Weights::Placement& placement, const DescribedShape& shape) {
    const int64_t length = std::clamp<int64_t>(shape.tokens, 1, plan.context);
    const std::vector<int64_t> ids(static_cast<size_t>(length), 0);
    State first{.hidden = ids_on(ids, placement.device),
                .text = std::make_shared<const TextStep>(whole_text({length - 1}, length, plan.context))};
    if (plan.reads != Reads::LastToken) first.named.put("token_types", ids_on(ids, placement.device));
    return {std::move(plan.layers), std::move(first), {}};
}

}  // namespace fanlight
