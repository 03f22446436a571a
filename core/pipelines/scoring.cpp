#include "core/pipelines/scoring.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <span>

#include "core/pipelines/judgement.h"
#include "core/pipelines/text_reading.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

using Ids = std::span<const int64_t>;

/// Tokens of a row that one evaluation takes.
struct Piece {
    size_t row = 0;
    int64_t start = 0;
    std::vector<int64_t> ids;
    int64_t wanted = -1;  ///< as in TextStep
    std::vector<int64_t> scored = {};
    std::optional<size_t> label = {};  ///< which one it belongs to; nullopt: it scores one token of each
};

struct Row {
    std::vector<std::string> labels;  ///< empty: the prompt is scored as the only one
    size_t prompt_tokens = 0;
    int64_t longest = 0;   ///< tokens, with the longest label
    bool is_kept = false;  ///< keys and values of a piece are wanted again
};

class Scores : public TextReading {
public:
    Scores(const ScoringModel& model, const std::vector<Task>& batch)
        : TextReading(model.part, model.layers), device_(model.device), context_(model.limits.context) {
        for (const Task& task : batch) add(task.as<ScoreTask>(), model);
        for (const Row& row : rows_) cache_room_ = std::max(cache_room_, row.longest);
    }

protected:
    size_t evaluations() const override { return pieces_.size(); }

    NamedTensors input_of(size_t evaluation) const override {
        return {{"ids", ids_on(pieces_.at(evaluation).ids, device_)}};
    }

    TextStep step_of(size_t evaluation) const override {
        const Piece& piece = pieces_.at(evaluation);
        const Row& row = rows_[piece.row];
        TextStep step;
        step.rows = {{.slot = 0, .start = piece.start, .capacity = row.longest, .longest = row.longest}};
        step.length = static_cast<int64_t>(piece.ids.size());
        step.wanted = piece.wanted;
        step.scored = piece.scored;
        step.cache_room = row.is_kept ? cache_room_ : 0;
        step.last_position = context_ - 1;
        return step;
    }

    /// log-probabilities [1, N, S] -> [N*S]
    at::Tensor kept(size_t evaluation, const at::Tensor& output) const override {
        if (pieces_.at(evaluation).scored.empty()) return at::empty({0}, output.options().dtype(at::kFloat));
        return output.flatten();
    }

    Outputs outputs() override {
        std::vector<std::vector<std::vector<double>>> terms;  // of each row, for each label
        for (const Row& row : rows_) terms.emplace_back(std::max<size_t>(1, row.labels.size()));
        const at::Tensor all = HostCopy(at::cat(found())).get();
        const float* next = all.const_data_ptr<float>();
        for (const Piece& piece : pieces_)
            for (size_t i = 0; i < piece.scored.size(); ++i)
                terms[piece.row][piece.label.value_or(i)].push_back(*next++);
        Records records;
        for (size_t i = 0; i < rows_.size(); ++i) put(i, terms[i], records);
        return records;
    }

private:
    void add(const ScoreTask& task, const ScoringModel& model) {
        task.labels.empty() ? add_text(task, model) : add_labels(task, model);
        rows_.back().labels = task.labels;
    }

    void add_text(const ScoreTask& task, const ScoringModel& model) {
        const std::vector<int64_t> ids =
            prompt_tokens({.text = task.prompt, .truncate = task.truncate, .special_tokens = task.special_tokens},
                          model.tokenizer, model.limits)
                .ids;
        if (ids.size() < 2)
            throw Error("The text is one token long, and a score begins with the second; give a longer text.");
        const size_t before = pieces_.size();
        add_pieces(ids, 0, 0);
        rows_.push_back({.prompt_tokens = ids.size(),
                         .longest = static_cast<int64_t>(ids.size()),
                         .is_kept = pieces_.size() > before + 1});
    }

    void add_labels(const ScoreTask& task, const ScoringModel& model) {
        const LabelledPrompt ids = labelled_prompt(task, model.tokenizer, model.limits);
        add_pieces(ids.prompt, 0, std::nullopt);
        Piece& last = pieces_.back();
        last.wanted = static_cast<int64_t>(last.ids.size()) - 1;
        for (const auto& label : ids.labels) last.scored.push_back(label.front());
        size_t longest = 0;
        for (size_t i = 0; i < ids.labels.size(); ++i) {
            add_pieces(ids.labels[i], static_cast<int64_t>(ids.prompt.size()), i);
            longest = std::max(longest, ids.labels[i].size());
        }
        rows_.push_back({.prompt_tokens = ids.prompt.size(),
                         .longest = static_cast<int64_t>(ids.prompt.size() + longest),
                         .is_kept = true});
    }

    /// Lets the next row read ids from the position `start` on, in pieces. Those of a label are scored, except for the
    /// first one; the last one need not be read for that.
    void add_pieces(Ids ids, int64_t start, std::optional<size_t> label) {
        constexpr size_t longest = 256;  // determines last bits, and so belongs to what a score depends on
        const Ids reading = label ? ids.first(ids.size() - 1) : ids;
        for (size_t first = 0; first < reading.size(); first += longest) {
            const Ids own = reading.subspan(first, std::min(longest, reading.size() - first));
            Piece piece{.row = rows_.size(),
                        .start = start + static_cast<int64_t>(first),
                        .ids = {own.begin(), own.end()},
                        .label = label};
            if (label) {
                const Ids next = ids.subspan(first + 1, own.size());
                piece.wanted = 0;
                piece.scored.assign(next.begin(), next.end());
            }
            pieces_.push_back(std::move(piece));
        }
    }

    /// A row whose numbers are not finite leaves the others.
    void put(size_t row, const std::vector<std::vector<double>>& terms, Records& records) const {
        const Row& own = rows_[row];
        try {
            records.rows.push_back(own.labels.empty() ? scored(terms.front()) : likeliest(own.labels, terms));
            records.rows.back().more["prompt_tokens"] = own.prompt_tokens;
        } catch (const Error& error) {
            records.rows.emplace_back();
            records.failures.emplace(row, Failure{"nan", error.sentence()});
        }
    }

    const at::Device device_;
    const int64_t context_;
    int64_t cache_room_ = 0;
    std::vector<Row> rows_;
    std::vector<Piece> pieces_;
};

}  // namespace

std::unique_ptr<Generation> open_scores(const ScoringModel& model, const std::vector<Task>& batch) {
    return std::make_unique<Scores>(model, batch);
}

}  // namespace fanlight
