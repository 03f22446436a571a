#include <ATen/ATen.h>
#include <unistd.h>
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/batch/request_json.h"
#include "core/config/launch_config.h"
#include "core/config/model_places.h"
#include "core/config/settings.h"
#include "core/devices/device_list.h"
#include "core/devices/device_map.h"
#include "core/devices/infer_device_map.h"
#include "core/devices/memory_budget.h"
#include "core/devices/memory_reserve.h"
#include "core/output/image_marks.h"
#include "core/output/journal.h"
#include "core/output/manifest.h"
#include "core/output/run_results.h"
#include "core/owner/run_queue.h"
#include "core/parallel/parcel.h"
#include "core/protocol/client_messages.h"
#include "core/protocol/messages.h"
#include "core/protocol/run_plan.h"
#include "core/ranks/rank_report.h"
#include "tests/fuzz/run_samples.h"
#include "tests/fuzz/targets.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

Result made() { return {.content = ResultFile{"0.png", std::string(64, '0'), 9}, .seconds = 1}; }

void read_manifest(std::string_view bytes) {
    const ManifestRow row = read_manifest_record(bytes, "fuzz.jsonl");
    expect(row.item.place.find('/') == std::string::npos, "a file lies elsewhere");
}

/// CRC-32 (ISO 3309), bit by bit.
std::string crc_of(std::string_view bytes) {
    uint32_t crc = ~uint32_t{0};
    for (const char byte : bytes) {
        crc ^= static_cast<uint8_t>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
    }
    char hex[9];
    std::snprintf(hex, sizeof hex, "%08x", ~crc);
    return hex;
}

constexpr size_t crc_tail = std::string_view(R"(,"crc":"00000000"})").size();

std::string without_crc(const JournalRecord& record) {
    const std::string line = journal_line(record);
    return line.substr(0, line.size() - crc_tail) + "}";
}

/// A record gets the checksum that suits it, which hardly any change would.
void read_record(std::string_view bytes) {
    std::string line(bytes);
    if (!line.ends_with('}')) return;
    const std::string crc = crc_of(line);
    line.pop_back();
    const JournalRecord record = parse_journal_line(line + R"(,"crc":")" + crc + "\"}");
    if (const auto* result = std::get_if<Result>(&record)) {
        for (const Item& item : sample_texts())
            expect(Json::accept(result_line(item, *result)), "a result is not a JSON");
        if (result->file()) manifest_jsonl({manifest_row(sample_item(), *result)});
    }
}

/// A column may be missing.
void fill(const TextTask& text) {
    try {
        expect_utf8(text.input());
    } catch (const Error&) {  // the item fails
    }
}

void read_run(std::string_view bytes) {
    with_file("run.json", bytes, [](const fs::path& file) {
        const RunPlan plan = read_plan_file(file);
        expect(!plan.items.empty() && plan.placement.workers.size() == plan.devices.size(), "a plan is incomplete");
        for (const Item& item : plan.items) {
            item.task.summary();
            if (item.task.kind() == TextTask::kind) fill(item.task.as<TextTask>());
        }
        for (const WorkerPlace& worker : plan.placement.workers) loads_of(plan.placement, worker, {});
    });
}

void read_queue(std::string_view bytes) {
    const auto check_runs = [](const KnownRuns& runs) {
        for (const KnownRun& run : runs)
            expect(run.counts.done >= 0 && run.counts.failed >= 0 && run.counts.cancelled >= 0 &&
                       run.counts.settled() <= run.counts.total,
                   "counts do not add up");
    };
    with_file("queue.json", bytes, [&](const fs::path& file) {
        try {
            check_runs(RunQueue(file).runs());
        } catch (const DamagedQueue& damaged) {
            check_runs(damaged.left->runs);
            throw;
        }
    });
}

/// A line by itself, and the file in which it stands among others.
void read_ratings(std::string_view bytes) {
    with_file("ratings.jsonl", bytes, [](const fs::path& file) {
        const fs::path own = file.parent_path() / ".fanlight";
        fs::create_directories(own);
        fs::copy_file(file, own / file.filename(), fs::copy_options::overwrite_existing);
        for (const auto& [name, marks] : read_marks(file.parent_path())) {
            expect(!name.empty() && name.find('/') == std::string::npos, "a rated file lies elsewhere");
            expect(marks.rating >= rejected && marks.rating <= max_stars, "a rating is none");
            expect_utf8(marks.note);
        }
        culled_images(file.parent_path());
    });
    const ImageMark mark = parse_mark(bytes.substr(0, bytes.find('\n')));
    expect(parse_mark(mark_line(mark)) == mark, "what is said twice differs");
}

std::string queue_json() {
    const fs::path file = fs::temp_directory_path() / ("queue-" + std::to_string(::getpid()) + ".json");
    RunQueue(file).change([](KnownRuns& runs) {
        runs = {{.folder = "/runs/a",
                 .phase = RunPhase::Running,
                 .model = "m",
                 .task = "image",
                 .counts = {.total = 9, .done = 3}},
                {.folder = "/runs/b", .model = "m", .task = "text", .counts = {.total = 2}}};
    });
    std::string bytes = read_file(file);
    for (const char* ending : {"", ".lock"}) fs::remove(file.string() + ending);
    return bytes;
}

std::string run_json(const std::vector<Item>& items) {
    const Json json = {{"version", 1},
                       {"model_folder", "/model"},
                       {"recipe", recipe_of(items.front())},
                       {"devices", {"cpu"}},
                       {"placement", replicas_on({"cpu"})},
                       {"split", "pull"},
                       {"apply_padding", false},
                       {"gather", false},
                       {"csv", false},
                       {"items", items}};
    return to_line(json);
}

std::string run_json_of_two_models() {
    Json json = Json::parse(run_json({sample_item()}));
    json["items"][0]["model"] = 1;
    json["other_models"] = {{{"model_folder", "/other"}, {"recipe", json["recipe"]}, {"placement", json["placement"]}}};
    json["other_models"][0]["recipe"]["loras"] = {
        {{"name", "ink"}, {"hash", "ab"}, {"data_hash", "cd"}, {"weight", 0.5}, {"text_encoder_weight", 1}}};
    return to_line(json);
}

template <typename Read, typename Write>
void read_again(std::string_view text, const Read& read, const Write& write) {
    const std::string again = write(read(text));
    try {
        expect(write(read(again)) == again, "what is said twice differs");
    } catch (const Error& error) {
        expect(false, error.what());
    }
}

/// What a line says can be said again.
void read_wire(std::string_view bytes) {
    read_by_any({[&] { read_again(bytes, &protocol::to_worker, [](const auto& m) { return protocol::to_line(m); }); },
                 [&] { read_again(bytes, &protocol::from_worker, [](const auto& m) { return protocol::to_line(m); }); },
                 [&] { read_again(bytes, &client::to_owner, [](const auto& m) { return client::to_line(m); }); },
                 [&] { read_again(bytes, &client::from_owner, [](const auto& m) { return client::to_line(m); }); }});
}

/// The letter as it is and, since hardly any change suits the header, its description in a letter of its length.
void read_letter(std::string_view bytes) {
    at::Tensor letter = at::empty({static_cast<int64_t>(bytes.size())}, at::kByte);
    std::copy(bytes.begin(), bytes.end(), letter.mutable_data_ptr<uint8_t>());
    PackedParcel packed{.header = header_of(letter),
                        .description = std::string(bytes.substr(min_letter_bytes)),
                        .block = at::zeros({1024}, at::kByte)};
    packed.description.erase(packed.description.find_last_of('}') + 1);  // leaves the block out
    packed.header[3] = static_cast<int64_t>(packed.description.size());
    packed.header[4] = packed.block.numel();
    try {
        unpack(packed_in(to_letter(packed), true));
    } catch (const Error&) {  // as it is, it may be read
    }
    unpack(packed_in(letter, true));
}

std::string letter_with(const Parcel& parcel) {
    const at::Tensor letter = to_letter(pack(parcel, at::kCPU));
    return {static_cast<const char*>(letter.const_data_ptr()), static_cast<size_t>(letter.numel())};
}

/// A rank's report and the orders that answer it.
void read_report(std::string_view bytes) {
    constexpr size_t count = 1000;
    const std::string text(bytes);
    const auto written = [](const auto& said) { return to_text(said); };
    read_by_any({[&] {
                     read_again(
                         text, [](const auto& said) { return report_in(std::string(said), count); }, written);
                 },
                 [&] {
                     read_again(
                         text, [](const auto& said) { return orders_in(std::string(said), count); }, written);
                 },
                 [&] {
                     for (const int64_t item : items_in(text, count))
                         expect(item >= 0 && item < static_cast<int64_t>(count), "an item is not one of the run's");
                 }});
}

/// A small network of two blocks.
const ModuleTree& small_network() {
    static const ModuleTree tree = [] {
        const Module leaf{.class_name = "Linear", .parameters = {{"weight", {4, 4}, "float16"}}};
        ModuleTree made;
        made.root.class_name = "Net";
        made.root.children = {leaf, leaf};
        made.root.children[0].name = "down";
        made.root.children[1].name = "up";
        return made;
    }();
    return tree;
}

void read_map(std::string_view bytes) {
    with_file("map.json", bytes, [](const fs::path& file) {
        const DeviceMap map = without_component(read_device_map(file), "unet");
        check_device_map(small_network(), map);
        for (const std::string& name : checkpoint_names(small_network()))
            expect(find_device(map, name) != nullptr, "a tensor lies nowhere");
    });
}

/// What --devices, --max-memory, --assume and --reserve-memory say.
void read_devices(std::string_view bytes) {
    static const std::vector<Device> devices = {
        {.id = "cuda:0", .kind = "cuda", .memory_total = 1 << 30, .memory_free = 1 << 30},
        {.id = "cpu", .kind = "cpu", .memory_total = 1 << 30, .memory_free = 1 << 30}};
    const std::string text(bytes);
    read_by_any({[&] {
                     const MemoryBudget budget = parse_max_memory(text);
                     for (const auto& [device, size] : budget)
                         expect(size >= 0 && std::isfinite(size), "a size is none");
                     place(small_network(), "auto", budget, {});
                 },
                 [&] { reserved_memory(parse_memory_reserve(text), {"cuda:0"}, devices); },
                 [&] { memory_text(parse_memory_size(text)); },
                 [&] {
                     for (const std::string& id : parse_devices(text, devices))
                         expect(!id.empty(), "a device has no name");
                 }});
}

/// Other programs' folders, and the settings that name them.
void read_model_places(std::string_view bytes) {
    with_folder(bytes, {"extra_model_paths.yaml", "settings.json"}, [](const std::filesystem::path& folder) {
        read_by_any({[&] { ModelPlaces(folder, {folder.string()}); },
                     [&] { user_settings_in(read_json_file(folder / "settings.json"), "settings.json"); }});
    });
}

void read_yaml(std::string_view bytes) { check_launch_config(parse_launch_config(std::string(bytes), "fuzz.yaml")); }

}  // namespace

std::vector<FuzzTarget> run_targets() {
    const Item item = sample_item();
    const ManifestRow row = manifest_row(item, made());
    return {
        {"manifest", read_manifest, {manifest_jsonl({row})}},
        {"journal",
         read_record,
         {without_crc(made()), without_crc(Result{.content = ResultRecord{"a", {{"tokens", 2}, {"score", 0.5}}}}),
          without_crc(WorkerRecord{0, "died", "x"})}},
        {"queue", read_queue, {queue_json()}},
        {"ratings",
         read_ratings,
         {mark_line({.file = "0.png", .rating = 3, .note = "a \u00e9 \"x\"\nb"}) + "\n" +
              mark_line({.file = "0.png", .culled = true}),
          mark_line({.file = "1.png", .rating = rejected})}},
        {"run_json", read_run, {run_json({sample_item()}), run_json(sample_texts()), run_json_of_two_models()}},
        {"wire",
         read_wire,
         {protocol::to_line(
              protocol::ToWorker(protocol::Load{.folder = "/m", .device = "cpu", .recipe = recipe_of(item)})),
          protocol::to_line(protocol::ToWorker(protocol::Generate{.items = {item}, .output = "/o"})),
          protocol::to_line(protocol::FromWorker(protocol::Image{0, "0.png", std::string(64, '0'), 9, 1})),
          protocol::to_line(protocol::ToWorker(protocol::Generate{.items = sample_texts(), .output = "/o"})),
          protocol::to_line(protocol::FromWorker(protocol::Text{0, "a", {{"tokens", 2}}, 1})),
          client::to_line(client::ToOwner(client::Add{.prompts = "{\"prompt\":\"a\"}"})),
          client::to_line(client::ToOwner(client::Move{.items = {1, 2}, .before = 3})),
          client::to_line(client::FromOwner(client::States{.states = "3d1w96p"})),
          protocol::to_line(protocol::FromWorker(protocol::Progress{.item = 0, .step = 1, .of = 3}))}},
        {"letter",
         read_letter,
         {letter_with({1, Parcel::Data{2, {{"x", at::ones({8, 16})}, {"y", at::ones({4, 1, 2}, at::kLong)}}}}),
          letter_with({1, Failure{"memory", "Too little."}}),
          letter_with({1, Parcel::Result{1.5, {{"texts", {"a"}}}, {{"x", at::ones({16, 16})}}}})}},
        {"launch_yaml", read_yaml, {"num_processes: 2\ngpu_ids: 0,1\nmixed_precision: 'no'\nuse_cpu: false\n"}},
        {"model_places",
         read_model_places,
         {Json{{"extra_model_paths.yaml",
                "comfyui:\n  base_path: ~/ComfyUI\n  is_default: true\n  checkpoints: models/checkpoints\n  loras: |\n "
                "   "
                "models/loras\n    $HOME/loras\na111:\n  loras: /x/Lora\n"},
               {"settings.json", R"({"models_dirs": ["/data/models"], "later": 1})"}}
              .dump()}},
        {"rank_report",
         read_report,
         {to_text(RankReport{.models = {{"ab", {"c"}, {}}}, .done = {0, 1, 2, 9}, .failed = {4}}),
          to_text(RoundOrders{.items = {1, 2, 3}, .unable = {0}, .left = 7}), to_text(ItemNumbers{1, 2, 3, 8})}},
        {"device_map", read_map, {R"({"down": 0, "up": "cpu"})", R"({"unet.down":"cuda:1","unet.up":"disk"})"}},
        {"devices", read_devices, {"cuda:0=10GB,cpu=30GiB", "2GB,cuda:0=1", "all", "cpu,cpu", "5.5GiB"}},
    };
}

}  // namespace fanlight
