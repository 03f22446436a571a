#include "core/pipelines/text_rows.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <utility>

#include "core/weights/transfer.h"

namespace fanlight {

namespace {

void choose_largest(const std::vector<TextRow*>& reading, const at::Tensor& logits) {
    const auto [largest, ids] = logits.max(-1);
    // As one tensor: float64 holds both exactly.
    const at::Tensor chosen = HostCopy(at::stack({ids.to(at::kDouble), largest.to(at::kDouble)})).get();
    const double* id = chosen.const_data_ptr<double>();
    for (size_t i = 0; i < reading.size(); ++i)
        if (reading[i])
            reading[i]->choose_largest(static_cast<int64_t>(id[i]), static_cast<float>(id[reading.size() + i]));
}

void choose_each(const std::vector<TextRow*>& reading, const at::Tensor& logits) {
    const at::Tensor scores = HostCopy(logits.to(at::kFloat).contiguous()).get();
    const auto vocabulary = static_cast<size_t>(scores.size(1));
    at::parallel_for(0, static_cast<int64_t>(reading.size()), 1, [&](int64_t first, int64_t end) {
        for (auto i = static_cast<size_t>(first); i < static_cast<size_t>(end); ++i)
            if (reading[i]) reading[i]->choose({scores.data_ptr<float>() + i * vocabulary, vocabulary});
    });
}

}  // namespace

TextRows::TextRows(const TextModel& model, const TextSchedule::Options& schedule, bool whole)
    : model_(model), whole_(whole), schedule_(schedule), of_slot_(static_cast<size_t>(schedule.slots)) {}

std::shared_ptr<const TextStep> TextRows::next() {
    step_ = std::make_shared<const TextStep>(schedule_.next());
    of_step_.clear();
    for (const TextStep::Row& row : step_->rows) of_step_.push_back(of_slot_[static_cast<size_t>(row.slot)]);
    return step_;
}

std::vector<int64_t> TextRows::ids() const {
    std::vector<int64_t> ids;
    const auto length = static_cast<size_t>(step_->length);
    for (size_t i = 0; i < of_step_.size(); ++i) {
        if (of_step_[i]) {
            const Row& row = rows_.at(*of_step_[i]);
            const auto start = static_cast<size_t>(step_->rows[i].start);
            const std::span<const int64_t> tokens = step_->encodes ? row.source : row.text->tokens(start, length);
            ids.insert(ids.end(), tokens.begin(), tokens.end());
        }
        ids.resize((i + 1) * length);
    }
    return ids;
}

/// The texts that the step's logits are of, nullptr where they are not read: since the step was made, a slot may have
/// been given to another text.
std::vector<TextRow*> TextRows::readers() {
    std::vector<TextRow*> readers;
    for (const std::optional<size_t>& number : of_step_) {
        const auto found = number ? rows_.find(*number) : rows_.end();
        readers.push_back(found != rows_.end() && found->second.is_being_made() ? &*found->second.text : nullptr);
    }
    return readers;
}

void TextRows::choose(const at::Tensor& logits) {
    const std::vector<TextRow*> reading = readers();
    const bool plain = std::all_of(reading.begin(), reading.end(),
                                   [](const TextRow* row) { return row == nullptr || row->is_plain(); });
    plain ? choose_largest(reading, logits) : choose_each(reading, logits);
    for (size_t i = 0; i < reading.size(); ++i)
        if (whole_ && reading[i] && reading[i]->has_ended()) schedule_.end(step_->rows[i].slot);
}

bool TextRows::any_is_being_made() const {
    return std::any_of(rows_.begin(), rows_.end(), [](const auto& row) { return row.second.is_being_made(); });
}

Records TextRows::records() const {
    Records records;
    for (const auto& [number, row] : rows_) {
        const auto& failure = row.text ? row.text->failure() : row.refusal;
        if (failure) records.failures.emplace(records.rows.size(), *failure);
        records.rows.push_back(row.text ? row.text->record() : ResultRecord());
    }
    return records;
}

std::optional<int64_t> TextRows::free_slot() const {
    const auto found = std::find(of_slot_.begin(), of_slot_.end(), std::nullopt);
    return found == of_slot_.end() ? std::nullopt : std::optional(static_cast<int64_t>(found - of_slot_.begin()));
}

bool TextRows::has_room() const { return free_slot().has_value(); }

size_t TextRows::add(const Task& any) {
    const auto& task = any.as<TextTask>();
    const GenerationConfig& generation = model_.generation;
    std::vector<int64_t> ids = prompt_ids(task, model_.tokenizer, model_.limits), source;
    const size_t prompt_tokens = ids.size();
    const int64_t room = model_.limits.context - static_cast<int64_t>(prompt_tokens) + 1;
    if (model_.encodes) source = std::exchange(ids, {generation.start_id.value()});
    const int64_t max_new = model_.encodes ? task.max_new_tokens : std::min<int64_t>(task.max_new_tokens, room);
    const int64_t slot = free_slot().value();
    schedule_.put(slot, {static_cast<int64_t>(ids.size()), max_new, static_cast<int64_t>(source.size())},
                  source.empty() ? shared_with_another(ids) : TextSchedule::Shared());
    TextRow::Ends ends{generation.end_ids, generation.suppressed, max_new};
    rows_.emplace(added_, Row{.text = TextRow(task, std::move(ids), prompt_tokens, std::move(ends), model_.tokenizer),
                              .source = std::move(source),
                              .slot = slot});
    of_slot_[static_cast<size_t>(slot)] = added_;
    return added_++;
}

/// The text that begins with most of these tokens.
TextSchedule::Shared TextRows::shared_with_another(const std::vector<int64_t>& ids) const {
    TextSchedule::Shared shared;
    for (const auto& [number, row] : rows_) {
        if (!row.is_being_made()) continue;
        const auto other = row.text->tokens(0, ids.size());
        const auto first_other = std::mismatch(other.begin(), other.end(), ids.begin()).second;
        const int64_t tokens = first_other - ids.begin();
        if (tokens > shared.tokens) shared = {*row.slot, tokens};
    }
    return shared;
}

void TextRows::add_refused(const Error& reason) {
    rows_.emplace(added_++, Row{.refusal = Failure{"request", reason.sentence()}});
}

void TextRows::drop(size_t number) {
    const auto found = rows_.find(number);
    if (found == rows_.end()) return;
    if (found->second.slot) {
        schedule_.end(*found->second.slot);
        of_slot_[static_cast<size_t>(*found->second.slot)].reset();
    }
    rows_.erase(found);
}

Slots::Growth TextRows::grown(size_t number) {
    TextRow& text = *rows_.at(number).text;
    return {text.new_tokens(), text.most_new_tokens(), text.take_grown()};
}

std::map<size_t, Slots::Ended> TextRows::take_ended() {
    std::map<size_t, Ended> ended;
    for (const auto& [number, row] : rows_) {
        if (row.is_being_made()) continue;
        Ended& one = ended[number];
        one.growth = grown(number);
        one.records.rows.push_back(row.text->record());
        if (const auto& failure = row.text->failure()) one.records.failures.emplace(0, *failure);
    }
    for (const auto& [number, one] : ended) drop(number);
    return ended;
}

}  // namespace fanlight
