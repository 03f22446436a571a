#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/base/json.h"
#include "core/base/layer_range.h"
#include "core/base/sentence.h"
#include "core/batch/request.h"
#include "core/batch/result.h"
#include "core/devices/device_map.h"
#include "core/devices/encoder_stay.h"
#include "core/devices/memory_budget.h"

/// The wire between a run owner and a worker: one JSON object per line, {"type": NAME, …fields}. Unknown fields are
/// ignored, unknown types are errors, a line is at most 1 MiB.
namespace fanlight::protocol {

inline constexpr int version = 1;
inline constexpr size_t max_line_bytes = 1u << 20;

// Owner to worker.

/// A stage's place in a pipeline.
struct Stage {
    int index = 0;
    int count = 0;                ///< stages in the pipeline; 0: not a stage
    LayerRange layers;            ///< of the network
    std::string rendezvous;       ///< where the stages meet (core/parallel/rendezvous.h)
    int micro_batches = 1;        ///< in flight at once
    bool gather_output = false;   ///< the first stage writes the pictures, instead of the last
    double timeout_seconds = 60;  ///< for a silent neighbour

    bool operator==(const Stage&) const = default;
};

/// Loads a model, or a stage of it, which then stays loaded: the same load again costs nothing (see
/// holds_same_model()).
struct Load {
    std::string folder;  ///< absolute path of the model
    std::string device;  ///< "cpu", "cuda:0": the one that computes
    Recipe recipe;       ///< dtype, batch size, threads; the rest goes into the PNGs
    Stage stage;
    DeviceMap device_map;  ///< of the network's modules if it is sharded; else empty
    MemoryBudget limits;   ///< the most that tensors may take on these devices, others have none; it may change
    std::string log;       ///< absolute path of the file for standard error from now on; empty: unchanged
    std::string preview_decoder = {};  ///< see preview_decoder(); changes no picture
    std::string text_device = {};      ///< "cpu", "cuda:1": where text encoders work; empty: on `device`
    std::string cfg_device = {};       ///< "cuda:1": where a second copy of the network is; empty: there is none
    EncoderStay encoder_stay = EncoderStay::Always;
    std::string encoded_texts = {};  ///< absolute path of the folder where what they read is kept; empty: nowhere
    std::map<std::string, std::string> encoders = {};  ///< if it is kept, their hashes: see encoder_hashes()
    bool packed_weights = false;                       ///< see PlannedModel; changes no picture

    bool operator==(const Load&) const = default;
};

/// Whether a worker that carried out `loaded` already holds everything that `asked` requires, and makes the same
/// pictures. A stage is bound to one batch size, a whole model is not.
bool holds_same_model(const Load& loaded, const Load& asked);

/// Makes these items as one micro-batch: at most recipe.batch_size of them, with equal batch keys. All stages of a
/// pipeline receive the same orders in the same sequence. A worker with slots takes items that end one by one into
/// these, whenever one is free.
struct Generate {
    std::vector<Item> items;
    std::string output;  ///< absolute path of the run folder
    bool more = false;   ///< the next message has further items of the same micro-batch
    /// Items of the same model that may be ordered later, so that text encoders that do not stay read for these, too.
    std::vector<Item> ahead = {};
};

/// The order as messages that are each short enough. Throws Error if an item alone is too long.
std::vector<Generate> in_messages(Generate order);

/// The longest item that fits into a message, in bytes of its JSON.
inline constexpr size_t max_item_bytes = max_line_bytes - (64u << 10);

/// Drops these items, or all in flight: the worker replies with GivenUp for each that is not done yet, within one step
/// unless other stages are involved. Their neighbours in the micro-batch are finished.
struct Cancel {
    std::vector<int64_t> items;  ///< empty: all
};

/// Whether previews are wanted from now on.
struct Previews {
    bool wanted = false;
};

struct Unload {};
/// Finishes writing pictures, then exits.
struct Quit {};

// Worker to owner.

struct Hello {
    int protocol = version;
    std::string program_version;
    int64_t pid = 0;
};

struct Loaded {
    std::string device_name;  ///< "AMD EPYC", "NVIDIA H100"
    std::string device_uuid;  ///< NVML's; empty on a CPU
    double seconds = 0;
    int slots = 0;  ///< so many items that end one by one are under way at a time; 0: it makes whole micro-batches only
};

/// Of a text, steps are its new tokens.
struct Progress {
    int64_t item = 0;
    int step = 0;
    int of = 0;             ///< at most; 0: not known
    std::string text = {};  ///< what has been added to the text since the last message
};

/// A small PNG of an unfinished picture; at most one per second and item, and only while previews are wanted.
struct Preview {
    int64_t item = 0;
    std::string png;  ///< base64
};

/// The file is complete, fsync'ed and has its final name.
struct Image {
    int64_t item = 0;
    std::string file;
    std::string sha256;  ///< 64 hex digits of the file
    int64_t bytes = 0;
    double seconds = 0;  ///< the micro-batch's, divided by its items
};

/// A result that is a record.
struct Text {
    int64_t item = 0;
    std::string text;
    Json more = Json::object();  ///< what its kind of task reports besides the text
    double seconds = 0;          ///< as above
};

/// `kind`: "request" (this item cannot be made), "model" (cannot be loaded), "nan", "memory", "disk", "internal"; of
/// the worker as a whole, whose `item` is -1, also "device" (which this process can use no longer).
struct Failed {
    int64_t item = -1;
    std::string kind;
    Sentence message;
};

/// These items were dropped on request: they are neither done nor failed.
struct GivenUp {
    std::vector<int64_t> items;
};

/// Every few seconds, from the heartbeat's thread.
struct Stats {
    int64_t resident_bytes = 0;  ///< of main memory
    int64_t device_bytes = 0;    ///< of a GPU; 0 on a CPU
    double busy_seconds = 0;     ///< spent on micro-batches since the process started
};

/// Once a second, from a separate thread: a stopped process is detected by its silence.
struct Heartbeat {
    Sentence note = {};  ///< what the worker has to say for the run's log; mostly nothing
};

using ToWorker = std::variant<Load, Generate, Cancel, Previews, Unload, Quit>;
using FromWorker = std::variant<Hello, Loaded, Progress, Preview, Image, Text, Failed, GivenUp, Stats, Heartbeat>;

// An item's result as the worker sends it; the receiver adds who made it and when.

FromWorker message_of(const Result& result);
Result result_of(const Image& image);
Result result_of(const Text& text);

/// One line, without the newline.
std::string to_line(const ToWorker& message);
std::string to_line(const FromWorker& message);

/// Throws Error on anything that is not such a message.
ToWorker to_worker(std::string_view line);
FromWorker from_worker(std::string_view line);

}  // namespace fanlight::protocol
