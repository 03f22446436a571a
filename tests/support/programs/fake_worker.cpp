// fanlight-fake-worker: implements a worker's side of the protocol and paints a colour from the seed. An item's prompt
// can name a fault of the table below; with the suffix " once" only the first worker that gets the item commits it. As
// a stage of a pipeline it paints only if it writes the pictures; a fault is that stage's, or with the prefix "stage 1:
// " another's. It sends a preview at the second step, and always the same Stats. With the prompt "paced" it takes all
// requested steps, as evenly as a model would. The device "broken" cannot load a model, and no device the one in
// /broken; "mortal" dies while loading, and any device with /mortal, every other time with /fickle;
// "tiny" has too little memory for "too large for tiny", and a micro-batch of more than N for "fits N"; "note" says
// something for the log. FAKE_WORKER_PROTOCOL is the version it claims, FAKE_WORKER_LOAD_SECONDS how long it loads. A
// toy text becomes a record instead of an image; "wrong result" swaps the two.

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "core/base/base64.h"
#include "core/base/file.h"
#include "core/base/unique_fd.h"
#include "core/images/image_committer.h"
#include "core/images/png_writer.h"
#include "core/protocol/line_reader.h"
#include "tests/support/toy_text/toy_text.h"

using namespace fanlight;
using namespace std::chrono_literals;

namespace {

std::mutex sending;
protocol::Load loaded;
std::atomic<bool> silent = false;

void send_bytes(std::string_view bytes) {
    const std::lock_guard lock(sending);
    while (!bytes.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (count < 0) std::_Exit(0);  // the owner has gone
        bytes.remove_prefix(static_cast<size_t>(count));
    }
}

void send(const protocol::FromWorker& message) { send_bytes(protocol::to_line(message) + "\n"); }

void beat() {
    for (int beats = 0;; ++beats, std::this_thread::sleep_for(50ms)) {
        if (silent) continue;
        send(protocol::Heartbeat{});
        if (beats % 10 == 0) send(protocol::Stats{1'000'000, 2'000'000, 1.5});
    }
}

/// Messages of the owner that have not been handled yet.
class Inbox {
public:
    /// Waits at most `timeout_ms` (-1: forever) for more. At the end of the stream the program exits.
    void listen(int timeout_ms) {
        pollfd waiting{STDIN_FILENO, POLLIN, 0};
        if (::poll(&waiting, 1, timeout_ms) <= 0) return;
        char buffer[1 << 16];
        const ssize_t count = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (count <= 0) std::_Exit(0);
        lines_.feed({buffer, static_cast<size_t>(count)});
        while (const auto line = lines_.next()) take(protocol::to_worker(*line));
    }

    bool previews_wanted() const { return previews_wanted_; }

    protocol::ToWorker next() {
        while (messages_.empty()) listen(-1);
        auto message = messages_.front();
        messages_.pop_front();
        return message;
    }

    /// Whether the item, which is in progress, has been cancelled.
    bool is_cancelled(const Item& item) {
        listen(0);
        return cancelled_.contains(item.index);
    }

private:
    void take(protocol::ToWorker message) {
        if (const auto* previews = std::get_if<protocol::Previews>(&message)) {
            previews_wanted_ = previews->wanted;
        } else if (const auto* cancel = std::get_if<protocol::Cancel>(&message)) {
            if (cancel->items.empty()) cancelled_ = ordered_;
            cancelled_.insert(cancel->items.begin(), cancel->items.end());
        } else {
            if (const auto* work = std::get_if<protocol::Generate>(&message)) order(*work);
            messages_.push_back(std::move(message));
        }
    }

    void order(const protocol::Generate& work) {
        for (const Item& item : work.items) {
            ordered_.insert(item.index);
            cancelled_.erase(item.index);
        }
    }

    bool previews_wanted_ = false;
    std::set<int64_t> ordered_, cancelled_;
    protocol::LineReader lines_;
    std::deque<protocol::ToWorker> messages_;
};

CommittedImage paint(const Item& item, const std::string& folder, const Recipe& recipe) {
    const auto& [width, height] = std::pair(image_of(item).width, image_of(item).height);
    std::vector<uint8_t> rgb(static_cast<size_t>(width) * height * 3);
    for (size_t i = 0; i < rgb.size(); ++i) rgb[i] = static_cast<uint8_t>(image_of(item).seed * (3 + i % 3) + i);
    return commit_image(folder, item, recipe, {rgb.data(), width, height});
}

/// The prompt, repeated as often as the item has words.
std::string text_of(const Item& item) {
    std::string text = item.task.prompt();
    for (int word = 1; word < item.task.evaluations(); ++word) text += " " + item.task.prompt();
    return text;
}

/// The stages of a pipeline, which pass an item on as an empty file in their rendezvous folder.
class Ring {
public:
    Ring() = default;
    explicit Ring(const protocol::Stage& own) : own_(own) {}

    int writer() const { return own_.gather_output ? 0 : std::max(0, own_.count - 1); }
    bool writes() const { return own_.index == writer(); }
    int index() const { return own_.index; }

    void hand_on(const Item& item) const { replace_file(file(own_.index, item), ""); }
    bool has_come(const Item& item) const {
        for (int stage = 0; stage < own_.count; ++stage)
            if (stage != own_.index && !std::filesystem::exists(file(stage, item))) return false;
        return true;
    }

private:
    std::filesystem::path file(int stage, const Item& item) const {
        const std::string folder = own_.rendezvous.substr(std::string_view("file://").size());
        return folder + "/" + std::to_string(stage) + "-" + std::to_string(item.index);
    }

    protocol::Stage own_;
};

void hang() {
    silent = true;
    std::signal(SIGTERM, SIG_IGN);
    for (;;) std::this_thread::sleep_for(1h);
}

protocol::Failed failure(const Item& item, const std::string& kind) {
    return {item.index, kind, Sentence("the %1 fault", kind)};
}

/// Faults before an item is made. Each returns false if the item is then not made.
const std::map<std::string, std::function<bool(const Item&, size_t batch)>> faults = {
    {"die", [](auto&, size_t) { return ::raise(SIGKILL) != 0; }},
    {"exit", [](auto&, size_t) -> bool { ::dprintf(STDERR_FILENO, "the last words\n"), std::_Exit(7); }},
    {"hang", [](auto&, size_t) { return hang(), false; }},
    {"stall",
     [](auto&, size_t) -> bool {
         for (;;) std::this_thread::sleep_for(1h);
     }},
    {"long computation",
     [](auto&, size_t) {
         const auto end = std::chrono::steady_clock::now() + 5s;
         while (std::chrono::steady_clock::now() < end) continue;
         return true;
     }},
    {"stop", [](auto&, size_t) { return ::raise(SIGSTOP) == 0; }},
    {"chatty",
     [](auto& item, size_t) {
         for (int step = 1; step < 1000; ++step, std::this_thread::sleep_for(1ms))
             send(protocol::Progress{item.index, step, 1000});
         return true;
     }},
    {"slow", [](auto&, size_t) { return std::this_thread::sleep_for(100ms), true; }},
    {"garbage", [](auto&, size_t) { return send_bytes("Segmentation fault\n"), true; }},
    {"flood", [](auto&, size_t) { return send_bytes(std::string(3 << 20, 'x')), true; }},
    {"nan", [](auto& item, size_t) { return send(failure(item, "nan")), false; }},
    {"wrong kind", [](auto& item, size_t) { return send(failure(item, "whim")), false; }},
    {"request", [](auto& item, size_t) { return send(failure(item, "request")), false; }},
    {"disk", [](auto& item, size_t) { return send(failure(item, "disk")), false; }},
    {"memory", [](auto& item, size_t) { return send(failure(item, "memory")), false; }},
    {"memory in company",
     [](auto& item, size_t batch) { return batch == 1 || (send(failure(item, "memory")), false); }},
    {"too large for tiny",
     [](auto& item, size_t) { return loaded.device != "tiny" || (send(failure(item, "memory")), false); }},
    {"fits 1",
     [](auto& item, size_t) { return loaded.recipe.batch_size == 1 || (send(failure(item, "memory")), false); }},
    {"fits 2",
     [](auto& item, size_t) { return loaded.recipe.batch_size <= 2 || (send(failure(item, "memory")), false); }},
    {"note", [](auto&, size_t) { return send(protocol::Heartbeat{"it has a word to say"}), true; }},
};

/// False reports about an image.
const std::map<std::string, std::function<void(protocol::Image&)>> lies = {
    {"wrong file", [](auto& image) { image.file = "other.png"; }},
    {"wrong item", [](auto& image) { image.item += 1000; }},
    {"wrong size", [](auto& image) { image.bytes += 1; }},
    {"wrong hash", [](auto& image) { image.sha256 = "abc"; }},
};

/// The fault named in the prompt, unless it is another stage's, or has already happened once.
std::string knob(const Item& item, const std::string& folder, const Ring& ring) {
    std::string prompt = item.task.prompt();
    int stage = ring.writer(), length = 0;
    if (std::sscanf(prompt.c_str(), "stage %d: %n", &stage, &length) == 1) prompt.erase(0, static_cast<size_t>(length));
    if (stage != ring.index()) return "";
    if (!prompt.ends_with(" once")) return prompt;
    const std::string marker = folder + "/.fanlight/happened-" + std::to_string(item.index);
    const UniqueFd fd(::open(marker.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644));
    return fd ? prompt.substr(0, prompt.size() - 5) : "";
}

/// Items of a micro-batch that are still to be made, and the fault of each.
class Makeable {
public:
    explicit Makeable(Inbox& inbox) : inbox_(inbox) {}

    void add(const Item& item, const std::string& what) { items_.emplace_back(&item, what); }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }

    /// Drops cancelled items. Returns whether there are any left.
    bool any_wanted() {
        protocol::GivenUp given_up;
        std::erase_if(items_, [&](const auto& each) {
            if (!inbox_.is_cancelled(*each.first)) return false;
            given_up.items.push_back(each.first->index);
            return true;
        });
        if (!given_up.items.empty()) send(given_up);
        return !items_.empty();
    }

private:
    Inbox& inbox_;
    std::vector<std::pair<const Item*, std::string>> items_;
};

void preview(const Item& item) {
    const uint8_t rgb[3] = {static_cast<uint8_t>(item.task.seed()), 0, 0};
    send(protocol::Preview{item.index, base64(encode_png({rgb, 1, 1}, {}))});
}

struct Pace {
    int steps = 3;
    std::chrono::milliseconds step = 1ms;
    std::chrono::milliseconds preview =
        100ms;  ///< longer than a window's frame, within which a preview would not be shown
};

Pace pace_of(const protocol::Generate& work) {
    const Task& first = work.items.front().task;
    return first.prompt() == "paced" ? Pace{first.evaluations(), 80ms, 0ms} : Pace{};
}

void generate(const protocol::Generate& work, const Recipe& recipe, const Ring& ring, Inbox& inbox) {
    Makeable makeable(inbox);
    for (const Item& item : work.items) {
        const std::string what = knob(item, work.output, ring);
        const auto fault = faults.find(what);
        if (fault == faults.end() || fault->second(item, work.items.size())) makeable.add(item, what);
        if (!ring.writes()) ring.hand_on(item);
    }
    if (!ring.writes()) return;
    for (const auto& [item, what] : std::vector(makeable.begin(), makeable.end()))
        for (; !ring.has_come(*item); std::this_thread::sleep_for(1ms))
            if (!makeable.any_wanted()) return;
    const Pace pace = pace_of(work);
    for (int step = 1; step <= pace.steps; ++step, std::this_thread::sleep_for(pace.step)) {
        if (!makeable.any_wanted()) return;
        for (const auto& [item, what] : makeable) {
            send(protocol::Progress{item->index, step, pace.steps});
            if (step != 2 || !inbox.previews_wanted()) continue;
            preview(*item);
            std::this_thread::sleep_for(pace.preview);
        }
    }
    for (const auto& [item, what] : makeable) {
        const bool sends_text = item->task.is<ToyText>() != (what == "wrong result");
        if (sends_text) {
            send(protocol::Text{item->index, text_of(*item), {{"words", item->task.evaluations()}}, 0.001});
            continue;
        }
        const auto done = item->task.is<ToyText>() ? CommittedImage{"text.png"} : paint(*item, work.output, recipe);
        protocol::Image image{item->index, done.file, done.sha256, done.bytes, 0.001};
        if (const auto lie = lies.find(what); lie != lies.end()) lie->second(image);
        send(image);
    }
}

/// Whether it is the first time, or the third, and so on.
bool is_odd_load(const protocol::Load& model) {
    const std::string marker = model.log + ".loaded";
    const UniqueFd fd(::open(marker.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644));
    if (!fd) ::unlink(marker.c_str());
    return static_cast<bool>(fd);
}

void load(const protocol::Load& model) {
    if (const char* seconds = std::getenv("FAKE_WORKER_LOAD_SECONDS"))
        std::this_thread::sleep_for(std::chrono::duration<double>(std::atof(seconds)));
    if (model.device == "mortal" || model.folder == "/mortal") std::_Exit(1);
    if (model.folder == "/fickle" && is_odd_load(model)) std::_Exit(1);
    if (model.device == "broken" || model.folder == "/broken")
        send(protocol::Failed{-1, "model", Sentence("there is no model in %1", model.folder)});
    else
        send(protocol::Loaded{"Fake " + model.device, "", 0.001});
}

}  // namespace

int main() {
    std::signal(SIGPIPE, SIG_IGN);
    add_toy_text();
    const char* version = std::getenv("FAKE_WORKER_PROTOCOL");
    send(protocol::Hello{version ? std::atoi(version) : protocol::version, "fake", ::getpid()});
    std::thread(beat).detach();
    Inbox inbox;
    Recipe recipe;
    Ring ring;
    for (;;) {
        const auto message = inbox.next();
        if (std::holds_alternative<protocol::Quit>(message)) std::_Exit(0);
        if (const auto* model = std::get_if<protocol::Load>(&message)) {
            append_standard_error_to(model->log);
            loaded = *model;
            recipe = model->recipe;
            ring = Ring(model->stage);
            load(*model);
        } else if (const auto* work = std::get_if<protocol::Generate>(&message)) {
            try {
                generate(*work, recipe, ring, inbox);
            } catch (const Error& error) {
                send(protocol::Failed{-1, "disk", error.sentence()});
            }
        }
    }
}
