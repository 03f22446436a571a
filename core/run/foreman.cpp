#include "core/run/foreman.h"

#include <sys/stat.h>

#include <algorithm>

#include "core/base/file.h"
#include "core/batch/prompt_notes.h"
#include "core/run/append_items.h"
#include "core/run/less_memory.h"
#include "core/run/stop_requests.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

Sentence left_out() { return "cancelled by the user"; }

/// The kinds of protocol::Failed.
bool is_kind(const std::string& kind) {
    constexpr std::string_view kinds[] = {"request", "model", "nan", "memory", "disk", "internal"};
    return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

bool is_sha256(const std::string& text) {
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == 64 && std::all_of(text.begin(), text.end(), is_hex);
}

bool is_file_of_size(const fs::path& file, int64_t bytes) {
    struct stat status {};
    return ::lstat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size == bytes;
}

}  // namespace

Foreman::Foreman(RunFolder& run, Dispatcher& dispatcher, RunListener listener)
    : run_(run), dispatcher_(dispatcher), listener_(std::move(listener)), devices_(run.plan.devices.size()) {
    counts_.total = static_cast<int64_t>(run.plan.items.size());
    counts_.done = static_cast<int64_t>(run.done.size());
}

bool Foreman::work(Crew& crew) {
    crew_ = &crew;
    const int workers = dispatcher_.useful_workers();
    listener_(RunStarted{run_.path.string(), counts_, workers});
    if (workers == 0) return false;
    if (!held_.empty()) listener_(RunWarning{held_, true});
    const StopRequests stop_requests([this](int times) { stop_requested(times); });
    crew.show_previews(previews_);
    renew();  // before a worker loads what makes nothing any more
    crew.start(workers);
    loop_.exec();
    remove_partial_files(run_.path);  // no worker is running any more, so partial files are orphaned
    if (error_) throw Error("%1; finished items are safe; continue with --resume %2", error_->sentence(), run_.path);
    return interrupted_ && dispatcher_.remaining() > 0;
}

// Events of the crew

void Foreman::worker_changed(int worker, WorkerState state, const Sentence& detail) {
    listener_(WorkerChanged{worker, state, detail});
}

void Foreman::worker_loaded(int worker, const protocol::Loaded& loaded) {
    devices_[worker] = loaded;
    const std::vector<Item>& items = run_.plan.items;
    const bool one_by_one = !items.empty() && items.front().task.ends_alone();
    dispatcher_.set_slots(worker, one_by_one ? loaded.slots : 0);
    told_ahead_[worker].clear();
    record({WorkerRecord{worker, "started", Sentence(loaded.device_name)}});
    listener_(WorkerLoaded{worker, loaded.device_name, loaded.device_uuid});
    hand_out();
}

void Foreman::model_refused(int worker, int model, const Sentence& reason) {
    const std::string& name = run_.plan.model(model).recipe.model;
    dispatcher_.exclude(worker, model);
    const auto set_aside = dispatcher_.set_aside_unloadable(model);
    if (set_aside.empty())
        listener_(RunWarning{Sentence("%1 cannot load the model %2: %3", crew_->name(worker), name, reason.open())});
    fail_items(set_aside, "model", Sentence("the model %1 cannot be loaded: %2", name, reason));
    cancel_returned();
    hand_out();
}

void Foreman::message_received(int worker, const protocol::FromWorker& message) {
    dispatcher_.set_time(clock_.seconds());
    std::visit(
        [&](const auto& body) {
            if constexpr (requires { handle(worker, body); }) handle(worker, body);
        },
        message);
    hand_out();
    tell_time_left();
}

bool Foreman::worker_died(int worker, const Sentence& reason) {
    record({WorkerRecord{worker, "died", reason}});
    listener_(RunWarning{Sentence("%1; its unfinished items are made again", reason.open())});
    const auto set_aside = dispatcher_.worker_died(worker);
    fail_items(set_aside, "died", Sentence("workers died while they made it; the last time: %1", reason));
    cancel_returned();
    hand_out();
    return !set_aside.empty();
}

void Foreman::worker_said(int worker, const Sentence& note) {
    listener_(RunWarning{Sentence("%1: %2", crew_->name(worker), note)});
}

void Foreman::worker_gone(int worker, const Sentence& why) {
    const Sentence reason = why.open();
    record({WorkerRecord{worker, "fenced", reason}});
    dispatcher_.worker_gone(worker);
    if (!crew_->any_alive()) return stop(Error("%1; no worker is left", reason));
    listener_(RunWarning{Sentence("%1; the run goes on without it", reason)});
    hand_out();
}

// Messages of a worker

void Foreman::handle(int worker, const protocol::Progress& progress) {
    if (!dispatcher_.holds(worker, progress.item)) return;
    listener_(ItemProgress{worker, progress.item, progress.step, progress.of, progress.text});
    if (progress.of > 0 && progress.step >= progress.of) dispatcher_.sampled(worker, progress.item);
}

void Foreman::handle(int worker, const protocol::Preview& preview) {
    if (dispatcher_.holds(worker, preview.item)) listener_(ItemPreview{worker, preview.item, preview.png});
}

void Foreman::handle(int worker, const protocol::Image& image) { take(worker, protocol::result_of(image)); }
void Foreman::handle(int worker, const protocol::Text& text) { take(worker, protocol::result_of(text)); }

/// Throws Error if the result is not this item's, or does not exist.
void Foreman::check(const Item& item, const Result& result) const {
    const bool makes_file = !item.task.suffix().empty();
    const ResultFile* file = result.file();
    if (!file && makes_file) throw Error("it sent a text where images are made");
    if (!file) return item.task.check_record(*result.record());
    if (!makes_file) throw Error("it wrote %1 where texts are made", file->name.substr(0, 255));
    if (file->name != item.place) throw Error("it wrote %1 instead of %2", file->name.substr(0, 255), item.place);
    if (!is_sha256(file->sha256)) throw Error("it sent no SHA-256 of %1", item.place);
    if (!is_file_of_size(run_.path / item.place, file->bytes))
        throw Error("it said that %1 is complete, but no such file of that size is there", item.place);
}

void Foreman::take(int worker, Result result) {
    const Item& item = held_item(worker, result.item);
    check(item, result);
    result.worker = worker;
    result.device_name = devices_[worker].device_name;
    result.device_uuid = devices_[worker].device_uuid;
    result.finished_at = utc_now();
    result.threads = recipe_of(item).threads;
    if (!record({result})) return;
    run_.done.insert(item.index);
    cancelling_.erase(item.index);  // the cancellation came too late
    dispatcher_.done(worker, item.index);
    ++counts_.done;
    listener_(ItemDone{result, item.task.seed(), counts_});
    crew_->item_finished(worker, dispatcher_.idle(worker));
}

void Foreman::handle(int worker, const protocol::Failed& failed) {
    if (!is_kind(failed.kind)) throw Error("it failed with the unknown kind \"%1\"", failed.kind.substr(0, 40));
    if (failed.kind == "disk") return stop(Error(failed.message));
    const Item& item = held_item(worker, failed.item);
    // A micro-batch of texts fails if one of them is too long, say; the others are not to blame. In a slot each is
    // alone.
    const bool together = item.task.suffix().empty() && !dispatcher_.has_slots(worker);
    const bool is_short = failed.kind == "memory";
    const bool by_a_neighbour = is_short || (failed.kind == "request" && together);
    const bool is_tried_again =
        (by_a_neighbour && dispatcher_.retry_alone(worker, item.index)) || (is_short && find_memory(worker, item));
    if (!is_tried_again) {
        dispatcher_.failed(worker, item.index);
        fail_items({item.index}, failed.kind, is_short ? with_trials(run_.plan, item, failed.message) : failed.message);
    }
    cancel_returned();
    crew_->item_finished(worker, dispatcher_.idle(worker));
}

void Foreman::handle(int worker, const protocol::GivenUp& given_up) {
    std::vector<int64_t> cancelled;
    for (const int64_t number : given_up.items) {
        const Item& item = held_item(worker, number);
        const bool by_user = cancelling_.erase(number) > 0;
        if (!by_user && !leaving_) throw Error("it dropped %1 without being told to", name_of(item));
        if (by_user) cancelled.push_back(number);
        by_user ? dispatcher_.failed(worker, number) : dispatcher_.give_back(worker, number);
    }
    fail_items(cancelled, "cancelled", left_out());
    crew_->item_finished(worker, dispatcher_.idle(worker));
}

void Foreman::handle(int worker, const protocol::Stats& stats) {
    listener_(WorkerMeasured{worker, {stats.resident_bytes, stats.device_bytes, stats.busy_seconds}});
}

const Item& Foreman::held_item(int worker, int64_t item) const {
    if (!dispatcher_.holds(worker, item)) throw Error("it mentioned item %1, which it does not have", item);
    return this->item(item);
}

// Reactions

/// Whether an item that is too large for the worker may yet be made: by one with more memory, or with a recipe that
/// needs less.
bool Foreman::find_memory(int worker, const Item& item) {
    const std::optional<int> larger = dispatcher_.retry_with_more_memory(worker, item.index);
    if (!larger) return give_back_for_less(worker, item);
    if (larger_for_.insert(batch_key(item)).second)
        listener_(RunWarning{Sentence("%1 has too little memory for %2 and others like it, which %3 makes instead",
                                      crew_->name(worker), name_of(item), crew_->name(*larger))});
    crew_->start(*larger + 1);
    return true;
}

/// Where the user allows it, takes the next step to less memory for the whole run, unless that has been done since the
/// item was begun.
bool Foreman::give_back_for_less(int worker, const Item& item) {
    if (latest_model(run_.plan, item.model) == item.model) {
        const int known = run_.plan.models();
        const auto said = take_less_memory(run_.plan, item);
        if (!said) return false;
        for (int model = known; model < run_.plan.models(); ++model)
            crew_->add_model(run_.plan.model(model).in_place_of, run_.plan.model(model).recipe);
        listener_(RunWarning{*said});
    }
    dispatcher_.give_back(worker, item.index);
    return true;
}

/// Gives what waits for a model in whose place there is another one to that one, in run.json first.
void Foreman::renew() {
    bool any = false;
    for (const int model : dispatcher_.pending_models()) {
        const int latest = latest_model(run_.plan, model);
        if (latest == model) continue;
        any = true;
        dispatcher_.change_pending(model, [&, recipe = recipe_for(latest)](int64_t number) {
            Item& item = run_.plan.items[static_cast<size_t>(number)];
            recipes_.try_emplace(model, item.recipe);
            item.model = latest;
            item.recipe = recipe;
        });
    }
    if (!any) return;
    try {
        write_plan(run_.plan, run_.path / ".fanlight" / "run.json");
    } catch (const Error& error) {
        stop(error);
    }
}

/// The same for all items of a model: only such make micro-batches.
Shared<Recipe> Foreman::recipe_for(int model) {
    const auto known = recipes_.find(model);
    if (known != recipes_.end()) return known->second;
    const std::vector<Item>& items = run_.plan.items;
    const auto item = std::find_if(items.begin(), items.end(), [&](const Item& each) { return each.model == model; });
    const Shared<Recipe> recipe = item == items.end() ? Shared<Recipe>(run_.plan.model(model).recipe) : item->recipe;
    return recipes_.emplace(model, recipe).first->second;
}

void Foreman::hand_out() {
    dispatcher_.set_time(clock_.seconds());
    renew();
    // In turns, so that each pipeline gets its first micro-batch before any gets its second.
    for (bool is_any_left = true; is_any_left;) {
        is_any_left = false;
        for (int worker = 0; worker < crew_->size() && !paused_ && held_.empty(); ++worker)
            if (crew_->at_work(worker) && !held_workers_.contains(worker)) is_any_left |= hand_out_to(worker);
    }
    if (dispatcher_.remaining() == 0) leave(false);
}

/// What follows the item, if the worker's text encoders do not stay and it has not been told of the item's text.
std::vector<Item> Foreman::ahead_of(int worker, int64_t next) {
    constexpr size_t most = 24;  // their texts have room in a worker's EmbeddingCache
    std::set<int64_t>& told = told_ahead_[worker];
    const bool stay = run_.plan.model(item(next).model).placement.encoder_stay == EncoderStay::Always;
    if (stay || told.contains(next)) return {};
    const std::vector<int64_t> waiting = dispatcher_.waiting_for(worker, most);
    told = {waiting.begin(), waiting.end()};
    std::vector<Item> items;
    for (const int64_t number : waiting) items.push_back(item(number));
    return items;
}

/// Returns false if there is nothing for it now.
bool Foreman::hand_out_to(int worker) {
    const std::optional<int> model = dispatcher_.choose_model(worker);
    if (!model) return false;
    if (*model != crew_->model_of(worker)) {
        if (dispatcher_.idle(worker)) crew_->load(worker, *model);
        return false;
    }
    const auto batch = dispatcher_.next(worker);
    if (batch.empty()) return false;
    protocol::Generate work{{}, run_.path.string()};
    std::vector<JournalRecord> leases;
    for (const int64_t number : batch) {
        work.items.push_back(item(number));
        leases.emplace_back(LeasedRecord{number, worker});
    }
    if (!record(leases)) return false;
    work.ahead = ahead_of(worker, batch.front());
    listener_(ItemsLeased{worker, batch});
    crew_->give(worker, work);
    return true;
}

void Foreman::fail_items(const std::vector<int64_t>& items, const std::string& kind, const Sentence& reason) {
    std::vector<JournalRecord> records;
    for (const int64_t number : items) records.emplace_back(FailedRecord{number, kind, reason});
    if (!records.empty()) record(records);
    const bool cancelled = kind == "cancelled";
    for (const int64_t number : items) {
        (cancelled ? cancelled_ : failed_).insert(number);
        cancelling_.erase(number);
        ++(cancelled ? counts_.cancelled : counts_.failed);
        listener_(ItemFailed{number, kind, reason, counts_});
    }
}

bool Foreman::record(const std::vector<JournalRecord>& records) {
    try {
        run_.journal.append(records);
        return true;
    } catch (const Error& error) {
        stop(error);
        return false;
    }
}

void Foreman::stop(const Error& error) {
    if (!error_) error_ = error;
    leave(true);
}

void Foreman::stop_requested(int times) {
    interrupted_ = true;
    if (times == 1)
        leave(true);
    else
        crew_->kill();
}

void Foreman::leave(bool cancel) {
    leaving_ = true;
    crew_->quit(cancel, !error_);
}

void Foreman::tell_time_left() {
    constexpr double interval = 1, most_of_the_time = 0.02;  // a list of many kinds of items takes long to go through
    const double now = clock_.seconds();
    if (leaving_ || paused_ || !held_.empty() || now < next_time_left_) return;
    const std::optional<double> seconds = dispatcher_.seconds_left();
    if (!seconds) return;
    next_time_left_ = now + std::max(interval, (clock_.seconds() - now) / most_of_the_time);
    listener_(RunEstimated{*seconds});
}

// Commands of the user

void Foreman::pause(bool paused) {
    expect_running();
    if (paused == paused_) return;
    paused_ = paused;
    listener_(RunWarning{
        paused ? Sentence("Paused: what has begun is finished, nothing new begins") : Sentence("Resumed"), true});
    hand_out();
}

void Foreman::hold(const Sentence& reason) {
    if (reason == held_) return;
    held_ = reason;
    if (!crew_ || leaving_) return;  // work() says it
    listener_(RunWarning{reason.empty() ? Sentence("The run goes on") : reason, true});
    hand_out();
}

void Foreman::hold_worker(int worker, const Sentence& reason) {
    const bool is_new = reason.empty() ? held_workers_.erase(worker) > 0 : held_workers_.insert(worker).second;
    if (!is_new || !crew_ || leaving_) return;
    if (!reason.empty()) listener_(RunWarning{reason});
    hand_out();
}

void Foreman::add(const std::vector<PromptRow>& rows) {
    expect_running();
    if (run_.plan.split == Split::Even)
        throw Error("A run that deals fixed shares (--split even) takes no more images; start another run");
    const std::vector<Item> items = further_items(run_.plan, rows);
    append_items(run_, items);
    std::vector<int64_t> added;
    for (const Item& item : items) added.push_back(item.index);
    counts_.total = static_cast<int64_t>(run_.plan.items.size());
    listener_(ItemsAdded{counts_});
    for (const PromptNote& note : prompt_notes(items)) listener_(RunWarning{text_of(note)});
    dispatcher_.put_back(added);
    crew_->start(dispatcher_.useful_workers());
    hand_out();
}

void Foreman::cancel_items(const std::vector<int64_t>& items) {
    expect_running();
    const auto waiting = dispatcher_.cancel({items.begin(), items.end()});
    bool any = !waiting.empty();
    for (int worker = 0; worker < crew_->size(); ++worker) {
        std::vector<int64_t> held;
        std::copy_if(items.begin(), items.end(), std::back_inserter(held),
                     [&](int64_t item) { return dispatcher_.holds(worker, item); });
        if (held.empty()) continue;
        any = true;
        cancelling_.insert(held.begin(), held.end());
        crew_->cancel(worker, held);
    }
    if (!any) throw Error("Only images that are not made yet can be cancelled");
    fail_items(waiting, "cancelled", left_out());
    hand_out();
}

/// Cancels items that were to be dropped but were returned in another way.
void Foreman::cancel_returned() {
    if (cancelling_.empty()) return;
    fail_items(dispatcher_.cancel(cancelling_), "cancelled", left_out());
}

void Foreman::retry(const std::vector<int64_t>& items) {
    expect_running();
    for (const int64_t item : items)
        if (!failed_.contains(item) && !cancelled_.contains(item)) throw Error("Item %1 has not failed", item);
    for (const int64_t item : items) {
        counts_.failed -= static_cast<int64_t>(failed_.erase(item));
        counts_.cancelled -= static_cast<int64_t>(cancelled_.erase(item));
    }
    dispatcher_.put_back(items);
    hand_out();
}

std::vector<int64_t> Foreman::move(const std::vector<int64_t>& items, int64_t before) {
    expect_running();
    return dispatcher_.move(items, before);
}

void Foreman::enable_worker(int worker, bool enabled) {
    expect_running();
    if (worker < 0 || worker >= crew_->size()) throw Error("There is no worker %1", worker);
    dispatcher_.enable(worker, enabled);
    hand_out();
}

void Foreman::show_previews(bool wanted) {
    previews_ = wanted;
    if (crew_) crew_->show_previews(wanted);
}

void Foreman::expect_running() const {
    if (!crew_ || leaving_) throw Error("The run is about to end");
}

}  // namespace fanlight
