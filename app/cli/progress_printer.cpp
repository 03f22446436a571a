#include "app/cli/progress_printer.h"

#include <cmath>
#include <cstdio>

#include "app/cli/failure_printer.h"
#include "core/base/number_text.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr double terminal_interval = 0.1;  ///< seconds between redraws
constexpr double plain_interval = 5.0;

std::string number(double value, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

const char* state_words(WorkerState state) {
    switch (state) {
        case WorkerState::Starting:
            return "starting";
        case WorkerState::Loading:
            return "loading the model";
        case WorkerState::Ready:
            return "ready";
        case WorkerState::Working:
            return "working";
        case WorkerState::Restarting:
            return "restarting";
        case WorkerState::Fenced:
            return "out of use";
        case WorkerState::Stopped:
            return "stopped";
    }
    return "";
}

int64_t new_tokens(const ResultRecord& record) {
    const auto count = record.more.find("new_tokens");
    return count != record.more.end() && count->is_number_unsigned() && count->get<uint64_t>() <= INT32_MAX
               ? count->get<int64_t>()
               : 0;
}

}  // namespace

void ProgressPrinter::operator()(const RunEvent& event) {
    std::visit(
        [this](const auto& body) {
            if constexpr (requires { show(body); }) show(body);
        },
        event);
}

void ProgressPrinter::show(const RunStarted& started) {
    folder_ = started.folder;
    counts_ = started.counts;
    done_before_ = counts_.done;
    const int64_t left = counts_.total - counts_.done;
    say(std::to_string(left) + " " + (left == 1 ? words_.one : words_.many) + " to make with " +
        std::to_string(started.workers) + (started.workers == 1 ? " worker" : " workers") + " into " + folder_);
}

/// A terminal shows what each worker does.
void ProgressPrinter::tell_loading(WorkerState state) {
    any_loaded_ |= state == WorkerState::Ready || state == WorkerState::Working;
    const bool comes = state == WorkerState::Starting || state == WorkerState::Loading;
    if (any_loaded_ || terminal_)
        loading_.reset();
    else if (comes && !loading_)
        loading_ = std::make_shared<WaitNotice>("Waiting for a worker to load the model");
}

void ProgressPrinter::show(const WorkerChanged& changed) {
    const auto& [worker, state, detail] = changed;
    tell_loading(state);
    rows_[worker] = std::string(state_words(state)) + (detail.empty() ? "" : ": " + detail.text());
    if (!terminal_ && (state == WorkerState::Restarting || state == WorkerState::Fenced))
        say("worker " + std::to_string(worker) + " " + rows_[worker]);
    draw(false);
}

void ProgressPrinter::show(const ItemProgress& progress) {
    rows_[progress.worker] = "item " + std::to_string(progress.item) + ", " + words_.step + " " +
                             std::to_string(progress.step) + (progress.of > 0 ? "/" + std::to_string(progress.of) : "");
    draw(false);
}

void ProgressPrinter::show(const ItemDone& done) {
    counts_ = done.counts;
    if (const ResultRecord* record = done.result.record()) tokens_ += new_tokens(*record);
    draw(false);
}

void ProgressPrinter::show(const ItemFailed& failed) {
    counts_ = failed.counts;
    failed.is_cancelled() ? draw(false) : say(sentence_of(failed));
}

void ProgressPrinter::show(const RunEstimated& estimated) {
    seconds_left_ = estimated.seconds_left;
    draw(false);
}

void ProgressPrinter::show(const RunWarning& warning) { say(warning.message.text()); }

void ProgressPrinter::show(const RunFinished& finished) {
    counts_ = finished.counts;
    loading_.reset();
    erase();
    const int64_t made = counts_.done - done_before_;
    std::string line = std::to_string(made) + " " + (made == 1 ? words_.one : words_.many) + " in " +
                       number(finished.seconds, 1) + " s";
    if (made > 0 && finished.seconds > 0) line += " (" + rate(finished.seconds) + ")";
    line += unmade() + ", in " + folder_;
    if (finished.interrupted)
        line = "Interrupted: " + line + "; finish it with " + words_.command + " --resume " + folder_;
    else if (counts_.cancelled > 0)
        line += "; make what was left out with " + words_.command + " --resume " + folder_;
    std::fprintf(stderr, "%s.\n", printable_sentence(line).c_str());
}

std::string ProgressPrinter::unmade() const {
    std::string text;
    if (counts_.failed > 0) text += ", " + std::to_string(counts_.failed) + " failed";
    if (counts_.cancelled > 0) text += ", " + std::to_string(counts_.cancelled) + " cancelled";
    return text;
}

std::string ProgressPrinter::summary_line() const {
    std::string line = std::to_string(counts_.done) + "/" + std::to_string(counts_.total);
    const double elapsed = watch_.seconds();
    const int64_t made = counts_.done - done_before_;
    if (made > 0) line += ", " + rate(elapsed);
    if (seconds_left_) line += ", " + duration_text(*seconds_left_).text() + " left";
    return line + unmade();
}

std::string ProgressPrinter::rate(double seconds) const {
    const double pace = static_cast<double>(counts_.done - done_before_) / seconds;
    std::string text = number(pace, pace < 10 ? 2 : 0) + " " + words_.many + "/s";
    if (tokens_ > 0) text += ", " + number(static_cast<double>(tokens_) / seconds, 0) + " tokens/s";
    return text;
}

void ProgressPrinter::draw(bool now) {
    const double time = watch_.seconds();
    if (!now && time - last_drawn_ < (terminal_ ? terminal_interval : plain_interval)) return;
    if (!terminal_ && last_drawn_ < 0) {  // the first plain line appears after the first interval, not at once
        last_drawn_ = time;
        return;
    }
    last_drawn_ = time;
    erase();
    std::fprintf(stderr, "%s\n", summary_line().c_str());
    if (!terminal_) return;
    for (const auto& [worker, row] : rows_)
        std::fprintf(stderr, "  worker %d: %s\n", worker, excerpt(row, 100).c_str());
    drawn_lines_ = 1 + static_cast<int>(rows_.size());
    std::fflush(stderr);
}

void ProgressPrinter::erase() {
    for (; drawn_lines_ > 0; --drawn_lines_) std::fputs("\033[A\033[2K", stderr);
}

void ProgressPrinter::say(const std::string& line) {
    erase();
    std::fprintf(stderr, "%s\n", printable_sentence(line).c_str());
    if (terminal_) draw(true);
}

}  // namespace fanlight
