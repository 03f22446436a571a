#include <ATen/ATen.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/prompt_attention.h"
#include "core/batch/prompt_schedule.h"
#include "core/batch/request_json.h"
#include "core/config/launch_config.h"
#include "core/images/infotext.h"
#include "core/images/png_reader.h"
#include "core/images/png_writer.h"
#include "core/images/recipe_text.h"
#include "core/output/journal.h"
#include "core/output/manifest.h"
#include "core/parallel/parcel.h"
#include "core/prompts/prompt_list.h"
#include "core/protocol/client_messages.h"
#include "core/protocol/messages.h"
#include "core/protocol/run_plan.h"
#include "tests/fuzz/targets.h"
#include "tests/support/safetensors_bytes.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

Item dog() {
    Item item{.place = "0.png",
              .task = ImageTask{.prompt = "a dog",
                                .seed = 7,
                                .steps = 3,
                                .cfg_scale = 7.5,
                                .width = 8,
                                .height = 8,
                                .sampler = "euler",
                                .schedule = "default"}};
    set_recipe(item, {.model = "starter", .model_hash = "abc"});
    return item;
}

Result made() { return {.content = ResultFile{"0.png", std::string(64, '0'), 9}, .seconds = 1}; }

std::string png() {
    const std::vector<uint8_t> rgb(8 * 8 * 3, 7);
    return encode_png({rgb.data(), 8, 8}, image_texts(dog(), recipe_of(dog())));
}

template <ListFormat format>
void read_list(std::string_view bytes) {
    for (const PromptRow& row : read_prompts(bytes, format, "fuzz"))
        expect(first_invalid_utf8(row.prompt) == std::string_view::npos, "a prompt is no UTF-8");
}

/// Any text is a prompt.
void read_prompt(std::string_view bytes) {
    expect(!prompt_parts(bytes).empty(), "a prompt has no part");
    for (const PromptPart& part : prompt_parts(bytes)) expect(!std::isnan(part.weight), "a weight is no number");
    for (const MarkedText& mark : attention_marks(bytes))
        expect(mark.begin < mark.end && mark.end <= bytes.size(), "a mark lies outside of its prompt");
    const auto schedule = prompt_schedule(bytes, 20);
    expect(!schedule.empty() && schedule.back().last_step == 20, "a schedule does not end with its steps");
}

void read_picture(std::string_view bytes) {
    read_png_texts(bytes);
    const Image image = decode_png(bytes, "fuzz.png");
    expect(image.rgb.size() == size_t{3} * image.width * image.height, "a picture lacks pixels");
}

void read_infotext(std::string_view bytes) {
    const InfoText info = parse_infotext(bytes);
    parse_size(info.value("Size"));
}

/// What has been read is within the rules.
void read_recipe(std::string_view bytes) {
    const auto [image, recipe] = read_recipe_text(bytes, "fuzz.png");
    expect(image_side.allows(image.width) && image_side.allows(image.height), "a side is not allowed");
    expect(recipe.batch_size >= 1 && recipe.threads >= 1, "a recipe is out of range");
}

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
    parse_journal_line(line + R"(,"crc":")" + crc + "\"}");
}

void read_run(std::string_view bytes) {
    static const fs::path file = fs::temp_directory_path() / ("fuzz-" + std::to_string(::getpid()) + ".json");
    write_bytes(file, std::string(bytes));
    try {
        const RunPlan plan = read_plan_file(file);
        expect(!plan.items.empty() && plan.placement.workers.size() == plan.devices.size(), "a plan is incomplete");
    } catch (const Error&) {
        fs::remove(file);
        throw;
    }
    fs::remove(file);
}

std::string run_json() {
    const Json json = {{"version", 1},
                       {"model_folder", "/model"},
                       {"recipe", recipe_of(dog())},
                       {"devices", {"cpu"}},
                       {"placement", replicas_on({"cpu"})},
                       {"split", "pull"},
                       {"apply_padding", false},
                       {"gather", false},
                       {"csv", false},
                       {"items", {dog()}}};
    return to_line(json);
}

/// What a line says can be said again.
void read_wire(std::string_view bytes) {
    for (const auto& read :
         {+[](std::string_view line) { protocol::to_worker(protocol::to_line(protocol::to_worker(line))); },
          +[](std::string_view line) { protocol::from_worker(protocol::to_line(protocol::from_worker(line))); },
          +[](std::string_view line) { client::to_owner(line); },
          +[](std::string_view line) { client::from_owner(line); }}) {
        try {
            read(bytes);
        } catch (const Error&) {  // another direction may take it
        }
    }
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

void read_yaml(std::string_view bytes) { check_launch_config(parse_launch_config(std::string(bytes), "fuzz.yaml")); }

}  // namespace

std::vector<FuzzTarget> run_targets() {
    const Item item = dog();
    const ManifestRow row = manifest_row(item, made());
    return {
        {"prompt", read_prompt, {"a (dog:1.3) [cat] \\(x\\) BREAK", "[a:b:0.5] [c|d] ((e)) [f::3]"}},
        {"text_list", read_list<ListFormat::Text>, {"a dog\n# no\n--prompt \"a cat\" --steps 20\n"}},
        {"csv_list", read_list<ListFormat::Csv>, {"prompt,steps,seed\n\"a \"\"dog\"\"\",20,7\nx;y,3,\n"}},
        {"jsonl_list", read_list<ListFormat::JsonLines>, {"{\"prompt\":\"a dog\",\"steps\":20}\n{\"prompt\":\"b\"}\n"}},
        {"png", read_picture, {png()}},
        {"infotext", read_infotext, {infotext(image_of(item), recipe_of(item))}},
        {"recipe_text", read_recipe, {recipe_text(image_of(item), recipe_of(item))}},
        {"manifest", read_manifest, {manifest_jsonl({row})}},
        {"journal", read_record, {without_crc(made()), without_crc(WorkerRecord{0, "died", "x"})}},
        {"run_json", read_run, {run_json()}},
        {"wire",
         read_wire,
         {protocol::to_line(
              protocol::ToWorker(protocol::Load{.folder = "/m", .device = "cpu", .recipe = recipe_of(item)})),
          protocol::to_line(protocol::ToWorker(protocol::Generate{.items = {item}, .output = "/o"})),
          protocol::to_line(protocol::FromWorker(protocol::Image{0, "0.png", std::string(64, '0'), 9, 1})),
          protocol::to_line(protocol::FromWorker(protocol::Progress{.item = 0, .step = 1, .of = 3}))}},
        {"letter",
         read_letter,
         {letter_with({1, Parcel::Data{2, {{"x", at::ones({8, 16})}, {"y", at::ones({4, 1, 2}, at::kLong)}}}}),
          letter_with({1, Failure{"memory", "Too little."}}),
          letter_with({1, Parcel::Result{1.5, {{"texts", {"a"}}}, {{"x", at::ones({16, 16})}}}})}},
        {"launch_yaml", read_yaml, {"num_processes: 2\ngpu_ids: 0,1\nmixed_precision: 'no'\nuse_cpu: false\n"}},
    };
}

}  // namespace fanlight
