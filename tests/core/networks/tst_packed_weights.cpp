// Pictures with weights that stay packed in memory, against those with dequantised ones: the same bytes.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

#include <malloc.h>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "core/weights/model_folder.h"
#include "core/weights/tensor_types.h"
#include "tests/core/networks/golden_models.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/test.h"
#include "tests/support/z_image_files.h"

using namespace fanlight;

namespace {

const std::string model = source_path("/tests/golden/data/pipelines/z_image");

const GgufBlocks& blocks_of(Dtype dtype) {
    return *std::find_if(gguf_blocks().begin(), gguf_blocks().end(),
                         [&](const GgufBlocks& blocks) { return blocks.dtype == dtype; });
}

Task image(const std::string& prompt) {
    ImageTask task{.prompt = prompt,
                   .seed = 7,
                   .steps = 2,
                   .cfg_scale = 2,
                   .width = 32,
                   .height = 32,
                   .sampler = "euler",
                   .schedule = "default"};
    task.cfg_floor = 0;
    return task;
}

std::vector<Task> batch() { return {image("a dog"), image("a cat in the evening")}; }

/// How a file holds matrices in 8 bits.
enum class Form { Plain, E5M2, Scaled, Newer, Rows, Blocks };

FileTensor tensor_of(const std::string& name, const at::Tensor& tensor, const char* dtype) {
    const at::Tensor whole = tensor.contiguous();
    return {name, dtype, whole.sizes().vec(), {static_cast<const char*>(whole.const_data_ptr()), whole.nbytes()}};
}

/// Of equal blocks of rows; one number where there is one block.
at::Tensor scale_for(const at::Tensor& value, int64_t blocks) {
    constexpr double largest = 448;
    const at::Tensor scale = value.reshape({blocks, -1}).abs().amax(1, /*keepdim=*/true).clamp_min(1e-6) / largest;
    return blocks == 1 ? scale.squeeze() : scale;
}

int64_t blocks_in(const FileTensor& tensor, Form form) {
    if (form == Form::Rows) return tensor.shape[0];
    if (form != Form::Blocks) return 1;
    return tensor.shape[0] % 6 == 0 ? 6 : tensor.shape[0] % 2 == 0 ? 2 : 1;
}

/// Of tensors in float16. Kernels are matrices, too, where nothing is scaled.
std::vector<FileTensor> in_8_bits(const std::vector<FileTensor>& tensors, Form form) {
    const bool is_scaled = form != Form::Plain && form != Form::E5M2;
    std::vector<FileTensor> made;
    for (const FileTensor& tensor : tensors) {
        const bool is_weight =
            tensor.name.ends_with(".weight") && tensor.name.find("embed_tokens") == std::string::npos;
        const size_t rank = tensor.shape.size();
        if (!is_weight || (is_scaled ? rank != 2 : rank < 2)) {
            made.push_back(tensor);
            continue;
        }
        const at::Tensor value =
            at::from_blob(const_cast<char*>(tensor.bytes.data()), tensor.shape, at::kHalf).to(at::kFloat);
        const std::string module = tensor.name.substr(0, tensor.name.size() - std::string("weight").size());
        const int64_t blocks = blocks_in(tensor, form);
        const at::Tensor scale = is_scaled ? scale_for(value, blocks) : at::ones({});
        const at::Tensor codes = (value.reshape({blocks, -1}) / scale.view({-1, 1})).view(value.sizes());
        const bool is_e5m2 = form == Form::E5M2;
        made.push_back(tensor_of(tensor.name, codes.to(is_e5m2 ? at::kFloat8_e5m2 : at::kFloat8_e4m3fn),
                                 is_e5m2 ? "F8_E5M2" : "F8_E4M3"));
        if (!is_scaled) continue;
        made.push_back(tensor_of(module + (form == Form::Scaled ? "scale_weight" : "weight_scale"), scale, "F32"));
        made.push_back(tensor_of(module + (form == Form::Scaled ? "scale_input" : "input_scale"), at::ones({}), "F32"));
        const std::string json = R"({"format":"float8_e4m3fn"})";
        if (form == Form::Newer) made.push_back({module + "comfy_quant", "U8", {std::ssize(json)}, json});
    }
    if (form == Form::Scaled) made.push_back({"scaled_fp8", "F8_E4M3", {2}, std::string(2, '\0')});
    return made;
}

}  // namespace

class TstPackedWeights : public QObject {
    Q_OBJECT

    /// Under this name in the test's folder.
    ReplacedComponent given(const std::string& kind, const std::string& name, const std::string& bytes) {
        const std::string file = folder_.filePath(QString::fromStdString(name)).toStdString();
        replace_file(file, bytes);
        return {kind, name, file, component_hash(file)};
    }

    Recipe with(const ReplacedComponents& components) const { return {.components = components}; }

    /// With the numbers that these files mean, in float32.
    Recipe twin_of(const Recipe& recipe) {
        Recipe twin = recipe;
        for (ReplacedComponent& component : twin.components)
            component =
                given(component.kind, component.kind + "-twin.safetensors", tensors_file(numbers_in(component.file)));
        return twin;
    }

    static at::Tensor made(const Weights::Placement& placement, const Recipe& recipe) {
        const c10::InferenceMode inference;
        return pictures_of(*load_pipeline(model, placement, recipe), batch()).images();
    }

    QTemporaryDir folder_;

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void everyGgufTypeMakesTheSameBytes_data() {
        QTest::addColumn<int>("type");
        for (const GgufBlocks& blocks : gguf_blocks())
            QTest::newRow(std::string(name_of(blocks.dtype)).c_str()) << static_cast<int>(blocks.dtype);
    }
    void everyGgufTypeMakesTheSameBytes() {
        QFETCH(int, type);
        const GgufBlocks& blocks = blocks_of(static_cast<Dtype>(type));
        const Recipe recipe = with({given(network_kind, "network.gguf", z_image_gguf(&blocks)),
                                    given(text_encoder_kind, "encoder.gguf", z_image_encoder_gguf(&blocks))});
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
            const at::Tensor dequantised = made({.dtype = dtype}, recipe);
            QVERIFY(dequantised.to(at::kFloat).std().item<double>() > 1);
            QVERIFY(made({.dtype = dtype, .packed = true}, recipe).equal(dequantised));
        }
        QVERIFY(made({}, twin_of(recipe)).equal(made({.packed = true}, recipe)));
    }

    void everyFormOf8BitsMakesTheSameBytes_data() {
        QTest::addColumn<int>("form");
        QTest::newRow("plain") << static_cast<int>(Form::Plain);
        QTest::newRow("e5m2") << static_cast<int>(Form::E5M2);
        QTest::newRow("scaled") << static_cast<int>(Form::Scaled);
        QTest::newRow("newer") << static_cast<int>(Form::Newer);
        QTest::newRow("rows") << static_cast<int>(Form::Rows);
        QTest::newRow("blocks") << static_cast<int>(Form::Blocks);
    }
    void everyFormOf8BitsMakesTheSameBytes() {
        QFETCH(int, form);
        std::vector<FileTensor> encoder = z_image_tensors("text_encoder");
        for (FileTensor& tensor : encoder) tensor.name = "model." + tensor.name;
        const auto file = [&](const std::vector<FileTensor>& tensors) {
            return tensors_file(in_8_bits(tensors, static_cast<Form>(form)));
        };
        const Recipe recipe =
            with({given(network_kind, "network.safetensors", file(with_original_names(z_image_tensors("transformer")))),
                  given(text_encoder_kind, "encoder.safetensors", file(encoder)),
                  given(vae_kind, "vae.safetensors", file(z_image_tensors("vae")))});
        const at::Tensor dequantised = made({}, recipe);
        QVERIFY(!dequantised.equal(made({}, {})));
        QVERIFY(made({.packed = true}, recipe).equal(dequantised));
        QVERIFY(made({}, twin_of(recipe)).equal(dequantised));
    }

    void everyPlacementMakesTheSameBytes() {
        const c10::InferenceMode inference;
        const Recipe recipe = with({given(network_kind, "placed.gguf", z_image_gguf(&blocks_of(Dtype::Q5_K)))});
        const at::Tensor expected = made({}, recipe);
        const Weights::Placement offloaded{.device_map = {{"layers", "disk"}, {"", "cpu"}}, .packed = true};
        QVERIFY(made(offloaded, recipe).equal(expected));
        const auto stages = stages_here(model, 11, {3, 7}, {at::kCPU}, recipe, /*packed=*/true);
        const auto outputs = outputs_of_round(stages, {batch(), batch()});
        for (const Outputs& output : outputs) QVERIFY(std::get<Pictures>(output).images().equal(expected));
    }

    void lorasChangeWhatIsDequantised() {
        const std::string file = source_path("/tests/golden/data/lora/z_image_transformer.safetensors");
        Recipe recipe = with({given(network_kind, "changed.gguf", z_image_gguf(&blocks_of(Dtype::Q4_1)))});
        const at::Tensor plain = made({.packed = true}, recipe);
        recipe.loras = {
            {.name = "made", .file = file, .hash = lora_hash(file, sha256_hex_of_file(file)), .weight = 0.7}};
        for (const at::ScalarType dtype : {at::kFloat, at::kHalf})
            QVERIFY(made({.dtype = dtype, .packed = true}, recipe).equal(made({.dtype = dtype}, recipe)));
        QVERIFY(!made({.packed = true}, recipe).equal(plain));
    }

    void networksWithKernelsMakeTheSameBytes() {
        const c10::InferenceMode inference;
        const std::string folder = source_path("/tests/golden/data/pipelines/sd1");
        std::vector<FileTensor> tensors;
        for (const auto& [key, tensor] : open_weights_folder(folder + "/unet", "diffusion_pytorch_model").tensors)
            tensors.push_back(
                {key, std::string(name_of(tensor.entry.dtype)), tensor.entry.shape, std::string(tensor.entry.bytes)});
        const Recipe recipe =
            with({given(network_kind, "unet.safetensors", tensors_file(in_8_bits(tensors, Form::Plain)))});
        const ImageTask dog{"a dog", "bad", 40, 3, 5.0, 32, 32, "ddim", "default", 0};
        const auto picture = [&](bool packed) {
            return pictures_of(*load_pipeline(folder, {.packed = packed}, recipe), {dog}).images();
        };
        QVERIFY(picture(true).equal(picture(false)));
    }

    /// Nothing that is packed is held as numbers.
    void theNetworkHoldsNoNumbersOfPackedTensors() {
        const c10::InferenceMode inference;
        const Recipe recipe = with({given(network_kind, "held.gguf", z_image_gguf(&blocks_of(Dtype::Q8_0)))});
        const auto held = [&](bool packed) {
            const int64_t before = static_cast<int64_t>(::mallinfo2().uordblks + ::mallinfo2().hblkhd);
            const auto pipeline = load_pipeline(model, {.packed = packed}, recipe);
            return static_cast<int64_t>(::mallinfo2().uordblks + ::mallinfo2().hblkhd) - before;
        };
        held(false);  // what is made once a process
        const int64_t dequantised = held(false), packed = held(true);
        int64_t numbers = 0;
        for (const auto& [key, tensor] : open_weights_file(recipe.components.front().file).tensors)
            if (is_packed(tensor.entry.dtype))
                numbers += 4 * static_cast<int64_t>(tensor.entry.bytes.size() / block_of(tensor.entry.dtype).bytes *
                                                    block_of(tensor.entry.dtype).elements);
        QVERIFY2(dequantised - packed > numbers * 3 / 4,
                 (std::to_string(dequantised) + " " + std::to_string(packed) + " " + std::to_string(numbers)).c_str());
    }
};

FANLIGHT_TEST(TstPackedWeights)
#include "tst_packed_weights.moc"
