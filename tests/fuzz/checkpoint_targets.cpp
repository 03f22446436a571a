#include <cmath>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/checkpoints/dequantise.h"
#include "core/checkpoints/embedding_file.h"
#include "core/checkpoints/encoded_text_file.h"
#include "core/checkpoints/gguf.h"
#include "core/checkpoints/lora.h"
#include "core/checkpoints/number_scales.h"
#include "core/checkpoints/peft_config.h"
#include "core/checkpoints/safetensors.h"
#include "core/checkpoints/tensor_number.h"
#include "core/families/families.h"
#include "core/families/parts/autoencoder_config.h"
#include "core/families/parts/clip_config.h"
#include "core/families/parts/unet_config.h"
#include "core/families/stable_diffusion/single_file.h"
#include "core/families/stable_diffusion_xl/single_file.h"
#include "core/families/told_training.h"
#include "tests/fuzz/targets.h"
#include "tests/support/gguf_bytes.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// Tensors lie in the file, cover its data once and can all be read.
void check_tensors(const TensorEntries& tensors, const std::string& file) {
    size_t covered = 0;
    std::vector<float> numbers;
    for (const auto& [name, tensor] : tensors) {
        expect(tensor.bytes.data() >= file.data() &&
                   tensor.bytes.data() + tensor.bytes.size() <= file.data() + file.size(),
               "a tensor lies outside of its file");
        covered += tensor.bytes.size();
        number_of(tensor);
        const DtypeBlock block = block_of(tensor.dtype);
        expect(tensor.bytes.size() % block.bytes == 0, "a tensor has part of a block");
        numbers.resize(tensor.bytes.size() / block.bytes * block.elements);
        dequantise(tensor.dtype, tensor.bytes, numbers.data());
    }
    expect(covered <= file.size(), "tensors overlap");
}

void read_tensors(std::string_view bytes) {
    const std::string file(bytes);
    TensorEntries tensors = read_safetensors(file, "fuzz.safetensors");
    check_tensors(tensors, file);
    take_in_scales(tensors, "fuzz.safetensors");
    for (const auto& [name, tensor] : tensors) {
        if (!tensor.scale) continue;
        const std::vector<int64_t> shape = shape_of_scale(tensor);
        for (size_t d = 0; d < shape.size(); ++d)
            expect(shape[d] > 0 && tensor.shape.at(d) % shape[d] == 0, "a scale does not fit its tensor");
    }
}

void read_gguf_file(std::string_view bytes) {
    const std::string file(bytes);
    TensorEntries tensors = read_gguf(file, "fuzz.gguf");
    check_tensors(tensors, file);
    for (const auto& [key, value] : gguf_metadata(file, "fuzz.gguf")) {
        expect(
            value.bytes.data() >= file.data() && value.bytes.data() + value.bytes.size() <= file.data() + file.size(),
            "a value lies outside of its file");
        const int readings = value.text().has_value() + value.number().has_value() + value.texts().has_value() +
                             value.numbers().has_value();
        expect(readings == 1, "a value is of no kind, or of two");
        if (const auto texts = value.texts()) expect(texts->size() == value.count, "texts of a list are missing");
        if (const auto numbers = value.numbers()) expect(numbers->size() == value.count, "a list has other numbers");
    }
    take_in_scales(tensors, "fuzz.gguf");
}

/// Values of all types, and blocks, also in another shape than theirs.
std::vector<std::string> gguf_files() {
    GgufBytes values;
    constexpr int sizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    for (uint32_t type = 0; type < std::size(sizes); ++type) {
        const std::string number(static_cast<size_t>(sizes[type]), '\1'), name = std::to_string(type);
        if (!number.empty())
            values.value("n" + name, type, number).value("l" + name, 9, GgufBytes::list(type, 2, number + number));
    }
    values.value("general.architecture", 8, GgufBytes::text("flux"))
        .value("tokens", 9, GgufBytes::list(8, 2, GgufBytes::text("a") + GgufBytes::text("")));
    GgufBytes blocks;
    blocks.value("general.alignment", 4, bytes_of<uint32_t>({8}))
        .value("comfy.gguf.orig_shape.k", 9, GgufBytes::list(5, 3, bytes_of<int32_t>({4, 2, 8})))
        .tensor("k", {32, 2}, 2, 0)
        .tensor("w", {256}, 12, 40)
        .tensor("b", {2}, 0, 184);
    return {values.file(""), blocks.file(std::string(192, '\1'), 8)};
}

std::string lora_file() {
    return safetensors_bytes(R"({"__metadata__":{"lora_adapter_metadata":"{\"unet.lora_alpha\":2}"},)"
                             R"("lora_te_x.alpha":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
                             R"("lora_te_x.lora_down.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[4,8]},)"
                             R"("lora_te_x.lora_up.weight":{"dtype":"F16","shape":[2,1],"data_offsets":[8,12]}})",
                             std::string(12, '\0'));
}

/// Also with weights of 8 bits and their scales, in both namings.
std::vector<std::string> tensor_files() {
    const std::string format = R"({"format":"float8_e4m3fn"})";
    return {safetensors_bytes(R"({"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})", "abcd"), lora_file(),
            safetensors_bytes(R"({"a.scale_input":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
                              R"("a.scale_weight":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},)"
                              R"("a.weight":{"dtype":"F8_E4M3","shape":[2,2],"data_offsets":[8,12]},)"
                              R"("scaled_fp8":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[12,14]}})",
                              std::string(14, '\0')),
            safetensors_bytes(R"({"a.comfy_quant":{"dtype":"U8","shape":[26],"data_offsets":[0,26]},)"
                              R"("a.weight":{"dtype":"F8_E5M2","shape":[4,2],"data_offsets":[26,34]},)"
                              R"("a.weight_scale":{"dtype":"F16","shape":[2,1],"data_offsets":[34,38]}})",
                              format + std::string(12, '\0'))};
}

/// An adapter for one module, of float16 zeros: its tensors' names and shapes, [["hada_w1_a", [4, 2]], …].
std::string adapter_file(const Json& tensors) {
    Json header = Json::object();
    size_t end = 0;
    for (const Json& tensor : tensors) {
        const size_t begin = end;
        size_t size = 2;
        for (const Json& length : tensor[1]) size *= length.get<size_t>();
        end += size;
        header["unet.x." + tensor[0].get<std::string>()] = {
            {"dtype", "F16"}, {"shape", tensor[1]}, {"data_offsets", {begin, end}}};
    }
    return safetensors_bytes(header.dump(), std::string(end, '\0'));
}

/// One of each kind.
std::vector<std::string> adapter_files() {
    std::vector<std::string> files = {lora_file()};
    for (
        const char* tensors :
        {R"([["hada_w1_a",[4,2]],["hada_w1_b",[2,3]],["hada_w2_a",[4,2]],["hada_w2_b",[2,3]],["alpha",[]]])",
         R"([["hada_w1_a",[2,4]],["hada_w1_b",[2,3]],["hada_w2_a",[2,4]],["hada_w2_b",[2,3]],["hada_t1",[2,2,1,3]],["hada_t2",[2,2,1,3]]])",
         R"([["lokr_w1",[2,2]],["lokr_w2",[2,2,3,3]],["alpha",[]]])",
         R"([["lokr_w1_a",[2,1]],["lokr_w1_b",[1,2]],["lokr_w2_a",[1,2]],["lokr_w2_b",[1,2]],["lokr_t2",[1,1,3,3]]])",
         R"([["lora_up.weight",[4,1,1,1]],["lora_mid.weight",[1,1,3,3]],["lora_down.weight",[1,2,1,1]]])",
         R"([["lora_up.weight",[4,1]],["lora_down.weight",[1,2]],["dora_scale",[4,1]]])",
         R"([["lora_B.weight",[4,1]],["lora_A.weight",[1,2]],["lora_magnitude_vector",[4]]])",
         R"([["diff",[2,2]],["diff_b",[2]]])"})
        files.push_back(adapter_file(Json::parse(tensors)));
    return files;
}

void check_changes(const LoraFile& lora, const std::string& component) {
    for (const auto& [parameter, change] : lora.changes(component)) {
        expect(std::abs(change.scale) <= max_lora_alpha, "a LoRA has a scale beyond all bounds");
        const auto shape = change.shape();
        expect(shape.has_value(), "a change has no shape");
        if (!change.magnitude) expect(change.fits(*shape), "a change does not fit its own shape");
    }
}

/// A LoRA is opened through its file, and compared with networks whose projections it may have in one.
void read_lora(std::string_view bytes) {
    static const std::vector<KnownModel> models = [] {
        std::vector<KnownModel> all;
        for (const char* name : {"z_image", "flux_2", "flux_1"})
            all.push_back(open_model_files(source_path(std::string("/tests/golden/data/pipelines/") + name)));
        return all;
    }();
    with_file("fuzz.safetensors", bytes, [](const fs::path& file) {
        std::vector<std::function<void()>> readers = {
            [&] {
                check_changes({file, {{"lora_te_", "text_encoder"}, {"unet.", "unet"}}, "any model"}, "text_encoder");
            },
            [&] { check_changes(open_lora(file), "unet"); }, [&] { check_changes(open_lora(file), "transformer"); }};
        for (const KnownModel& model : models) readers.emplace_back([&] { check_lora(open_lora(file), model); });
        read_by_any(readers);
    });
}

/// As they come, since what fits depends on all of their names.
std::vector<std::string> lora_files() {
    std::vector<std::string> files = adapter_files();
    for (const char* name : {"flux_1_kohya", "flux_1_xlabs", "flux_2_diffusion_model", "z_image_kohya"})
        files.push_back(read_file(source_path("/tests/golden/data/lora/" + std::string(name) + ".safetensors")));
    return files;
}

/// One tensor, or those of two text encoders.
std::vector<std::string> embedding_files() {
    const std::string half = R"({"dtype":"F16","shape":[2,2],"data_offsets":)";
    return {
        safetensors_bytes(R"({"emb_params":)" + half + "[0,8]}}", std::string(8, '\0')),
        safetensors_bytes(R"({"<x>":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", std::string(8, '\0')),
        safetensors_bytes(R"({"clip_g":)" + half + R"([0,8]},"clip_l":)" + half + "[8,16]}}", std::string(16, '\0'))};
}

void read_embedding(std::string_view bytes) {
    with_file("fuzz.safetensors", bytes, [](const fs::path& file) {
        const EmbeddingFile embedding(file);
        expect(embedding.vectors() >= 1 && embedding.vectors() <= max_embedding_vectors, "an embedding has no length");
        for (const auto& [key, tensor] : embedding.parts()) {
            expect(tensor.shape.size() == 2 && tensor.shape[0] == embedding.vectors(), "a part has another length");
            const size_t size = tensor.dtype == Dtype::F32 ? 4 : 2;
            expect(tensor.bytes.size() == size * static_cast<size_t>(tensor.shape[0] * tensor.shape[1]),
                   "a part's bytes are not those of its shape");
        }
    });
}

void read_peft(std::string_view bytes) {
    const PeftConfig config(bytes, "unet", "fuzz.safetensors");
    expect(std::isfinite(config.scale("a.b", 4)), "a LoRA has no finite scale");
    with_file("adapter_config.json", bytes, [](const fs::path& file) {
        expect(std::isfinite(PeftConfig::of_file(file).scale("a.b", std::nullopt)),
               "PEFT's config has no finite scale");
    });
}

/// A checkpoint of all parts is too large to be changed often; what follows from it follows from names and shapes:
/// {"model.diffusion_model.out.0.weight": [32], …}. Only numbers are read, no weights: theirs are not there.
void read_single_file(std::string_view bytes) {
    static constexpr char number[sizeof(float)] = {};
    TensorEntries tensors;
    const Json shapes = parse_json(bytes, "fuzz");
    for (const auto& [name, shape] : shapes.items()) {
        TensorEntry& tensor = tensors[name];
        size_t size = sizeof number;
        if (!shape.is_array()) throw Error("A shape is a list");
        for (const Json& length : shape) {
            if (!length.is_number_unsigned() || length > 1 << 20 || size > size_t{1} << 40)
                throw Error("No reader of files lets such a shape through");
            tensor.shape.push_back(length.get<int64_t>());
            size *= length.get<size_t>();
        }
        tensor.bytes = {number, size};
    }
    const auto read = holds_stable_diffusion_xl(tensors) ? read_stable_diffusion_xl : read_stable_diffusion;
    const FileContents contents = read({"fuzz.safetensors", tensors, "a family", "choose another."});
    const UNetConfig unet(contents.configs.at("unet"));
    const AutoencoderConfig vae(contents.configs.at("vae"));
    for (const auto& [component, config] : contents.configs)
        if (component.starts_with("text_encoder")) ClipConfig{config};
}

std::string shapes_of(const char* golden_file, const std::vector<std::pair<const char*, int64_t>>& tables) {
    const std::string file = read_file(source_path(std::string("/tests/golden/data/single_file/") + golden_file));
    Json shapes = Json::object();
    for (const auto& [name, tensor] : read_safetensors(file, golden_file)) shapes[name] = tensor.shape;
    // The golden files leave these out, since they are large.
    for (const auto& [name, width] : tables) shapes[name] = {49408, width};
    return to_line(shapes);
}

const std::string text_key(64, '0');

void read_encoded(std::string_view bytes) {
    const auto text = read_encoded_text(bytes, text_key);
    if (!text) throw Error("It is damaged");
    uint64_t size = block_of(text->dtype).bytes;
    for (const int64_t each : text->shape) size *= static_cast<uint64_t>(each);
    expect(text->bytes.size() == size && text->bytes.end() == bytes.end(), "an encoded text has other numbers");
}

/// CompVis' config beside a checkpoint.
void read_model_yaml(std::string_view bytes) {
    with_file("fuzz.yaml", bytes, [](const fs::path& file) {
        fs::path checkpoint = file;
        write_bytes(checkpoint.replace_extension(".safetensors"), lora_file());
        told_training(checkpoint);
    });
}

}  // namespace

std::vector<FuzzTarget> checkpoint_targets() {
    return {
        {"safetensors", read_tensors, tensor_files()},
        {"gguf", read_gguf_file, gguf_files()},
        {"lora", read_lora, lora_files()},
        {"embedding", read_embedding, embedding_files()},
        {"encoded_text",
         read_encoded,
         {encoded_text_file(text_key, {Dtype::F32, {1, 2}, "01234567"}),
          encoded_text_file(text_key, {Dtype::BF16, {1, 1, 3}, "abcdef"})}},
        {"peft_config",
         read_peft,
         {R"({"unet.lora_alpha":8,"unet.alpha_pattern":{"b":4},"unet.use_rslora":true})",
          R"({"peft_type":"LOKR","r":4,"alpha":8,"alpha_pattern":{"b":4}})"}},
        {"single_file",
         read_single_file,
         {shapes_of("sd1.safetensors",
                    {{"cond_stage_model.transformer.text_model.embeddings.token_embedding.weight", 64}}),
          shapes_of("sd2.safetensors", {{"cond_stage_model.model.token_embedding.weight", 64}}),
          shapes_of("sdxl.safetensors",
                    {{"conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight", 64},
                     {"conditioner.embedders.1.model.token_embedding.weight", 128}})}},
        {"model_yaml",
         read_model_yaml,
         {"model:\n  params:\n    parameterization: \"v\"\n    unet_config:\n      target: UNetModel\n"}},
    };
}

}  // namespace fanlight
