#include <algorithm>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/batch/names.h"
#include "core/checkpoints/model_files.h"
#include "core/checkpoints/safetensors.h"
#include "core/config/model_catalog.h"
#include "core/devices/placement.h"
#include "core/families/families.h"
#include "core/families/flux_1/config.h"
#include "core/families/flux_2/config.h"
#include "core/families/parts/autoencoder_config.h"
#include "core/families/parts/bert_config.h"
#include "core/families/parts/classifier_config.h"
#include "core/families/parts/clip_config.h"
#include "core/families/parts/generation_config.h"
#include "core/families/parts/gpt2_config.h"
#include "core/families/parts/llama_config.h"
#include "core/families/parts/phi_config.h"
#include "core/families/parts/t5_config.h"
#include "core/families/parts/unet_architecture.h"
#include "core/families/z_image/config.h"
#include "core/samplers/sampler.h"
#include "tests/fuzz/targets.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// What a folder's files but the weights are called.
const std::vector<std::string> model_files = {"config.json",
                                              "generation_config.json",
                                              "tokenizer_config.json",
                                              "model_index.json",
                                              "scheduler/scheduler_config.json",
                                              "text_encoder/config.json",
                                              "text_encoder_2/config.json",
                                              "transformer/config.json",
                                              "unet/config.json",
                                              "vae/config.json"};

template <typename Config>
void read_config(const Json& json) {
    if constexpr (requires { Config(json, where); })
        const Config config(json, where);
    else
        const Config config(json);
}

/// The networks that a config asks for can be listed, and there are not endlessly many layers.
void read_model_config(std::string_view bytes) {
    const Json json = parse_json(bytes, where);
    if (!json.is_object()) return;
    read_by_any({[&] { read_config<BertConfig>(json); }, [&] { read_config<ClassifierConfig>(json); },
                 [&] { read_config<GPT2Config>(json); }, [&] { read_config<LlamaConfig>(json); },
                 [&] { read_config<PhiConfig>(json); }, [&] { read_config<T5Config>(json); },
                 [&] { read_config<ClipConfig>(json); }, [&] { read_config<AutoencoderConfig>(json); },
                 [&] { read_config<ZImageConfig>(json); }, [&] { read_config<Flux2Config>(json); },
                 [&] { read_config<Flux1Config>(json); },
                 [&] { expect(unet::layers(UNetConfig(json)).size() < 10'000, "a network has too many layers"); }});
}

void read_generation(std::string_view bytes) {
    const Json json = parse_json(bytes, where);
    if (json.is_object()) read_generation_config(json, json, where);
}

/// A schedule of every method, also for networks that predict a flow.
void read_scheduler(std::string_view bytes) {
    const Json json = parse_json(bytes, where);
    std::vector<std::function<void()>> methods;
    for (const SamplerName& sampler : sampler_names())
        for (const bool flow : {false, true})
            methods.emplace_back([&sampler, flow, &json] {
                const auto made = make_sampler(sampler.name, "default", json, {.steps = 4, .flow = flow});
                expect(!made->timesteps().empty(), "a schedule has no timesteps");
            });
    read_by_any(methods);
}

std::vector<fs::path> golden_models() {
    std::vector<fs::path> folders;
    for (const char* kind : {"/pipelines", "/language_models", "/classifiers"})
        for (const auto& entry : fs::directory_iterator(source_path(std::string("/tests/golden/data") + kind)))
            if (entry.is_directory()) folders.push_back(entry.path());
    std::sort(folders.begin(), folders.end());
    return folders;
}

std::string class_of(const fs::path& model) {
    return required<std::string>(read_model_index(model), "_class_name", where);
}

/// Puts the weights of the golden model of the same class into a folder.
void link_weights(const fs::path& folder) {
    static const auto models = [] {
        std::map<std::string, fs::path> by_class;
        for (const fs::path& model : golden_models()) by_class.emplace(class_of(model), model);
        return by_class;
    }();
    const auto model = models.find(class_of(folder));
    if (model == models.end()) return;
    for (const char* tokenizer : {"tokenizer", "tokenizer_2"})  // which need not hold anything here
        fs::create_directories(folder / tokenizer);
    for (const auto& entry : fs::recursive_directory_iterator(model->second)) {
        if (entry.path().extension() != ".safetensors") continue;
        const fs::path link = folder / fs::relative(entry.path(), model->second);
        fs::create_directories(link.parent_path());
        fs::create_symlink(entry.path(), link);
    }
}

/// A config of the VAE that allows no tiles is refused.
void expect_costs_of_tiles(const fs::path& folder, const ModelTraits& traits) {
    const PartDescription decoder =
        describe_model(folder, {.width = 2 * traits.width, .height = 2 * traits.height, .vae_tiling = true}).decoder;
    expect(decoder.flops >= 0 && decoder.bytes >= 0 && decoder.working_bytes >= 0, "tiles cost less than nothing");
}

/// What a plan learns of a component in place of a model's own, or of a refiner.
void describe_with(const std::string& kind, const fs::path& path, const char* of = "sd1") {
    const fs::path model = fs::path(source_path("/tests/golden/data/pipelines")) / (kind == refiner_kind ? "sdxl" : of);
    const ModelDescription described =
        describe_model(model, {.width = 64, .height = 64}, {{kind, "fuzz", path.string(), ""}});
    expect(described.decoder.bytes >= 0 && described.decoder.working_bytes >= 0 && described.text_encoder.bytes >= 0,
           "a component has less than nothing");
}

/// What a run, and the comparison of placements, learn of a model before any weight is read.
void read_model_folder(std::string_view bytes) {
    with_folder(bytes, model_files, [](const fs::path& folder) {
        link_weights(folder);
        if (!open_model_files(folder).family.refines.empty()) return describe_with(refiner_kind, folder);
        const ModelCard card = find_model(folder.string(), fs::path());
        const bool draws = card.traits.width > 0;
        const ModelDescription model = describe_model(folder, {.dtype = "float16",
                                                               .width = draws ? card.traits.width : 0,
                                                               .height = draws ? card.traits.height : 0,
                                                               .tokens = draws ? 0 : 16});
        expect(!model.layers.empty() && model.layers.size() < 10'000, "a network has no or too many layers");
        for (const LayerDescription& layer : model.layers)
            expect(layer.bytes >= 0 && layer.state_bytes >= 0 && layer.working_bytes >= 0 && layer.kept_bytes >= 0,
                   "a layer has less than nothing");
        const std::vector<PlanDevice> devices = {{.id = "cuda:0", .memory = 1 << 30},
                                                 {.id = "cuda:1", .memory = 1 << 28}};
        if (model.layers.size() < 100) compare_placements(model, devices, {.host_memory = 1 << 20}, {.images = 3});
        if (draws) expect_costs_of_tiles(folder, card.traits);
    });
}

const fs::path components = source_path("/tests/golden/data/components");

/// What follows from a component's file follows from names and shapes: {"decoder.conv_in.weight": [8, 4, 3, 3], …}.
void read_component_file(std::string_view bytes) {
    constexpr size_t most_bytes = 1 << 23;
    Json header = Json::object();
    size_t end = 0;
    const Json shapes = parse_json(bytes, where);
    for (const auto& [name, shape] : shapes.items()) {
        size_t size = 2;
        if (!shape.is_array()) throw Error("A shape is a list");
        for (const Json& length : shape) {
            if (!length.is_number_unsigned() || length > most_bytes || size > most_bytes) throw Error("Too large");
            size *= length.get<size_t>();
        }
        if (end + size > most_bytes) throw Error("Too large");
        header[name] = {{"dtype", "F16"}, {"shape", shape}, {"data_offsets", {end, end + size}}};
        end += size;
    }
    with_file("fuzz.safetensors", safetensors_bytes(header.dump(), std::string(end, '\0')), [](const fs::path& file) {
        read_by_any({[&] { describe_with(vae_kind, file); }, [&] { describe_with(text_encoder_kind, file); },
                     [&] { describe_with(network_kind, file); }, [&] { describe_with(network_kind, file, "z_image"); },
                     [&] { describe_with(text_encoder_kind, file, "z_image"); },
                     [&] { describe_with(network_kind, file, "flux_2"); },
                     [&] { describe_with(vae_kind, file, "flux_2"); },
                     [&] { describe_with(network_kind, file, "flux_1"); },
                     [&] { describe_with(text_encoder_kind, file, "flux_1"); },
                     [&] { describe_with(text_encoder_kind, file, "flux_2"); },
                     [&] { describe_with(vae_kind, file, "flux_1"); },
                     [&] { describe_model(file, {.width = 64, .height = 64}); }});
    });
}

std::string shapes_in(const fs::path& file, Json shapes = Json::object()) {
    const std::string bytes = read_file(file);
    for (const auto& [name, tensor] : read_safetensors(bytes, file.string())) shapes[name] = tensor.shape;
    return to_line(shapes);
}

/// Beside the weights of a VAE and of a tiny one.
void read_component_config(std::string_view bytes) {
    with_file("config.json", bytes, [](const fs::path& file) {
        std::vector<std::function<void()>> kinds;
        for (const char* name : {"vae", "tiny"})
            kinds.emplace_back([&file, name] {
                const fs::path folder = file.parent_path() / name, weights = "diffusion_pytorch_model.safetensors";
                fs::remove_all(folder);
                fs::create_directories(folder);
                fs::copy(file, folder / "config.json");
                fs::create_symlink(components / name / weights, folder / weights);
                describe_with(vae_kind, folder);
            });
        read_by_any(kinds);
    });
}

std::vector<std::string> golden_folders() {
    std::vector<std::string> seeds;
    for (const fs::path& model : golden_models()) seeds.push_back(folder_seed(model, model_files));
    return seeds;
}

}  // namespace

std::vector<FuzzTarget> model_targets() {
    return {
        {"model_config", read_model_config, golden_files("config.json")},
        {"model_folder", read_model_folder, golden_folders()},
        {"component_file",
         read_component_file,
         {shapes_in(components / "tiny_original.safetensors"), shapes_in(components / "vae_original.safetensors"),
          shapes_in(components / "clip.safetensors"),
          shapes_in(source_path("/tests/golden/data/single_file/sdxl_refiner.safetensors"),
                    {{"conditioner.embedders.0.model.token_embedding.weight", {128, 64}}}),
          shapes_in(components / "tiny/diffusion_pytorch_model.safetensors"),
          shapes_in(components / "vae/diffusion_pytorch_model.safetensors"),
          shapes_in(source_path("/tests/golden/data/pipelines/sd1/unet/diffusion_pytorch_model.safetensors")),
          shapes_in(
              source_path("/tests/golden/data/pipelines/z_image/transformer/diffusion_pytorch_model.safetensors")),
          shapes_in(source_path("/tests/golden/data/pipelines/z_image/text_encoder/model.safetensors")),
          shapes_in(source_path("/tests/golden/data/pipelines/z_image_vae.safetensors")),
          shapes_in(source_path("/tests/golden/data/pipelines/flux_1/text_encoder/model.safetensors")),
          shapes_in(source_path("/tests/golden/data/pipelines/flux_2/transformer/diffusion_pytorch_model.safetensors")),
          shapes_in(source_path("/tests/golden/data/pipelines/flux_1/transformer/diffusion_pytorch_model.safetensors")),
          shapes_in(source_path("/tests/golden/data/pipelines/flux_1/text_encoder_2/model.safetensors")),
          shapes_in(source_path("/tests/golden/data/pipelines/flux_2/vae/diffusion_pytorch_model.safetensors"))}},
        {"component_config",
         read_component_config,
         {read_file(components / "vae/config.json"), read_file(components / "tiny/config.json")}},
        {"scheduler_config", read_scheduler, golden_files("scheduler_config.json")},
        {"generation_config",
         read_generation,
         {R"({"eos_token_id":[1,2],"do_sample":true,"temperature":0.6,"top_k":50,"top_p":0.9,"max_new_tokens":20})"}},
    };
}

}  // namespace fanlight
