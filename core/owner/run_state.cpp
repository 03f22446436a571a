#include "core/owner/run_state.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/base/error.h"

namespace fanlight {

namespace {

constexpr std::array<std::pair<RunPhase, const char*>, 7> phase_texts = {{{RunPhase::Queued, "queued"},
                                                                          {RunPhase::Running, "running"},
                                                                          {RunPhase::Paused, "paused"},
                                                                          {RunPhase::Finished, "finished"},
                                                                          {RunPhase::Cancelled, "cancelled"},
                                                                          {RunPhase::Failed, "failed"},
                                                                          {RunPhase::Interrupted, "interrupted"}}};

constexpr ItemState item_states[] = {ItemState::Pending, ItemState::Working, ItemState::Done, ItemState::Failed,
                                     ItemState::Cancelled};

constexpr int64_t max_items = 10'000'000;
constexpr int max_workers = 1024;
constexpr double max_seconds = 1e11;  ///< thousands of years
constexpr int64_t items_a_message = 100'000;
constexpr size_t max_text_bytes = 4096;

ItemState item_state_of(char letter) {
    for (const ItemState state : item_states)
        if (static_cast<char>(state) == letter) return state;
    throw Error("There is no item state called \"%1\"", letter);
}

void move_average(double& average, double value) {
    constexpr double newest = 0.2;  // weight
    average += (value - average) * (average <= 0 ? 1 : newest);
}

double tokens_in(const Result& result) {
    const ResultRecord* record = result.record();
    if (!record || !record->more.is_object()) return 0;
    const auto tokens = record->more.find("new_tokens");
    return tokens != record->more.end() && tokens->is_number() ? tokens->get<double>() : 0;
}

[[noreturn]] void throw_no_item(int64_t run, int64_t item) { throw Error("Run %1 has no item %2", run, item); }

[[noreturn]] void throw_no_worker(int64_t run, int worker) { throw Error("Run %1 has no worker %2", run, worker); }

}  // namespace

std::string text_of(RunPhase phase) { return phase_texts[static_cast<size_t>(phase)].second; }

RunPhase phase_of(const std::string& text) {
    for (const auto& [phase, name] : phase_texts)
        if (text == name) return phase;
    throw Error("There is no run phase called \"%1\"", text.substr(0, 40));
}

// Applying messages

void RunState::apply(const client::Run& head) {
    if (head.total < size() || head.total > max_items) throw Error("Run %1 cannot have %2 items", head.run, head.total);
    const auto counts = {head.done, head.failed, head.cancelled};
    if (std::min(counts) < 0 || std::max(counts) > max_items || head.done + head.failed + head.cancelled > head.total)
        throw Error("Run %1 cannot have made %2 items", head.run, head.done);
    if (head.seconds_left > max_seconds) throw Error("Run %1 cannot take so long", head.run);
    phase_ = phase_of(head.phase);
    head_ = head;
    counts_[ItemState::Pending] += head.total - size();
    states_.resize(static_cast<size_t>(head.total), ItemState::Pending);
    if (ended())
        for (WorkerStatus& status : workers_) release_items(status);
}

void RunState::apply(const client::States& message) {
    knows_states_ = true;
    const char* at = message.states.data();
    const char* const end = at + message.states.size();
    int64_t index = message.first;
    while (at < end) {
        int64_t length = 0;
        const auto number = std::from_chars(at, end, length);
        const bool fits = index >= 0 && length > 0 && length <= size() - index;
        if (number.ec != std::errc() || number.ptr == end || !fits) throw_no_item(id(), index);
        const ItemState state = item_state_of(*number.ptr);
        for (const int64_t stop = index + length; index < stop; ++index) set(index, state);
        at = number.ptr + 1;
    }
}

void RunState::apply(const client::ItemOrder& order) {
    for (const int64_t item : order.items) check(item);
    order_ = order.items;
}

void RunState::apply(const client::Worker& message) {
    if (message.worker < 0 || message.worker >= max_workers)
        throw Error("Run %1 cannot have a worker %2", id(), message.worker);
    if (message.worker >= static_cast<int>(workers_.size())) workers_.resize(static_cast<size_t>(message.worker) + 1);
    WorkerStatus& status = worker(message.worker);
    status.state = worker_state_of(message.state);
    status.device = message.device;
    status.device_name = message.device_name;
    status.device_uuid = message.device_uuid;
    status.detail = message.detail;
    status.enabled = message.enabled;
    status.images = message.images;
    status.seconds_per_image = message.seconds_per_image;
    status.tokens_per_text = message.tokens_per_text;
    if (status.state != WorkerState::Working) release_items(status);
}

void RunState::apply(const ItemsLeased& leased) {
    WorkerStatus& status = worker(leased.worker);
    for (const int64_t item : leased.items) {
        check(item);
        status.holds.push_back(item);
        set(item, ItemState::Working);
    }
}

void RunState::apply(const ItemProgress& progress) {
    WorkerStatus& status = worker(progress.worker);
    check(progress.item);
    status.item = progress.item;
    status.step = progress.step;
    status.of = progress.of;
}

void RunState::apply(const WorkerMeasured& measured) { worker(measured.worker).stats = measured.stats; }

void RunState::apply(const ItemDone& done) {
    WorkerStatus& status = worker(done.result.worker);
    check(done.result.item);
    if (const double tokens = tokens_in(done.result); tokens > 0) move_average(status.tokens_per_text, tokens);
    move_average(status.seconds_per_image, done.result.seconds);
    ++status.images;
    set(done.result.item, ItemState::Done);
}

void RunState::apply(const ItemFailed& failed) {
    check(failed.item);
    set(failed.item, failed.is_cancelled() ? ItemState::Cancelled : ItemState::Failed);
    failures_[failed.item] = {failed.kind, failed.message.shortened(max_text_bytes)};
}

std::vector<client::FromOwner> RunState::snapshot() const {
    std::vector<client::FromOwner> messages{head_};
    if (!knows_items()) return messages;
    for (client::States& states : encoded(id(), states_)) messages.emplace_back(std::move(states));
    for (const auto& [item, failure] : failures_)
        messages.emplace_back(client::of_run(id(), ItemFailed{item, failure.kind, failure.message}));
    if (!order_.empty()) messages.emplace_back(client::ItemOrder{id(), order_});
    for (int number = 0; number < static_cast<int>(workers_.size()); ++number) {
        const WorkerStatus& w = workers_[static_cast<size_t>(number)];
        messages.emplace_back(worker_message(*this, number));
        if (w.stats != WorkerStats{}) messages.emplace_back(client::of_run(id(), WorkerMeasured{number, w.stats}));
        if (!w.holds.empty()) messages.emplace_back(client::of_run(id(), ItemsLeased{number, w.holds}));
        if (w.item >= 0) messages.emplace_back(client::of_run(id(), ItemProgress{number, w.item, w.step, w.of, {}}));
    }
    return messages;
}

// Queries

int64_t RunState::count(ItemState state) const {
    const auto found = counts_.find(state);
    return found == counts_.end() ? 0 : found->second;
}

RunCounts RunState::counts() const {
    if (!knows_items())
        return {.total = size(), .done = head_.done, .failed = head_.failed, .cancelled = head_.cancelled};
    return {.total = size(),
            .done = count(ItemState::Done),
            .failed = count(ItemState::Failed),
            .cancelled = count(ItemState::Cancelled)};
}

const ItemFailure* RunState::failure(int64_t index) const {
    const auto found = failures_.find(index);
    return found == failures_.end() ? nullptr : &found->second;
}

std::optional<double> RunState::seconds_left() const {
    return ended() || head_.seconds_left < 0 ? std::nullopt : std::optional(head_.seconds_left);
}

void RunState::check(int64_t item) const {
    if (item < 0 || item >= size()) throw_no_item(id(), item);
}

void RunState::release_items(WorkerStatus& status) {
    for (const int64_t item : std::vector<int64_t>(status.holds)) set(item, ItemState::Pending);
}

void RunState::set(int64_t index, ItemState state) {
    ItemState& now = states_[static_cast<size_t>(index)];
    if (now == state) return;
    if (now == ItemState::Pending) std::erase(order_, index);
    if (now == ItemState::Working)
        for (WorkerStatus& status : workers_) {
            std::erase(status.holds, index);
            if (status.item == index) status.item = -1;
        }
    if (now == ItemState::Failed || now == ItemState::Cancelled) failures_.erase(index);
    --counts_[now];
    ++counts_[state];
    now = state;
}

WorkerStatus& RunState::worker(int number) {
    if (number < 0 || number >= static_cast<int>(workers_.size())) throw_no_worker(id(), number);
    return workers_[static_cast<size_t>(number)];
}

std::vector<client::States> encoded(int64_t run, const std::vector<ItemState>& states) {
    std::vector<client::States> messages;
    for (auto at = states.begin(); at != states.end();) {
        client::States& message = messages.emplace_back(client::States{run, at - states.begin(), ""});
        const auto stop = at + std::min(items_a_message, states.end() - at);
        while (at != stop) {
            const auto next = std::find_if(at, stop, [&](ItemState s) { return s != *at; });
            message.states += std::to_string(next - at) + static_cast<char>(*at);
            at = next;
        }
    }
    return messages;
}

client::Worker worker_message(const RunState& run, int number) {
    if (number < 0 || number >= static_cast<int>(run.workers().size())) throw_no_worker(run.id(), number);
    const WorkerStatus& w = run.workers()[static_cast<size_t>(number)];
    return {run.id(), number,    w.device, w.device_name,       w.device_uuid,    text_of(w.state),
            w.detail, w.enabled, w.images, w.seconds_per_image, w.tokens_per_text};
}

}  // namespace fanlight
