// Pictures with a LoRA against diffusers' load_lora_weights and fuse_lora (tests/golden/lora.py), float32 on the CPU.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/base/sha256.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data");
const fs::path model = data / "pipelines/sd1", xl = data / "pipelines/sdxl";

Lora lora_of(const fs::path& file, double weight) {
    return {.name = file.stem().string(), .file = file.string(), .hash = sha256_hex_of_file(file), .weight = weight};
}

at::Tensor picture_with(const std::vector<Lora>& loras) {
    const c10::InferenceMode inference;
    const ImageTask dog{"a dog", "bad", 40, 4, 5.0, 32, 32, "pndm", "default", 0};
    return pictures_of(model, {dog}, {}, loras).images().to(at::kInt);
}

at::Tensor xl_picture_with(const std::vector<Lora>& loras) {
    const c10::InferenceMode inference;
    const ImageTask dog{"a dog", "bad", 40, 4, 5.0, 32, 32, "euler", "default", 0};
    return pictures_of(xl, {dog}, {}, loras).images().to(at::kInt);
}

at::Tensor golden(const std::string& name) {
    return Weights::open(data / "lora/golden.safetensors", {}).take(name, {1, 32, 32, 3}).to(at::kInt);
}

int difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<int>(); }

/// A float32 LoRA of rank 1 for one module.
std::string one_layer(const std::string& module, const std::vector<float>& down, const std::vector<float>& up) {
    const size_t in = down.size() * 4, all = in + up.size() * 4;
    const Json header = {
        {module + ".lora_down.weight",
         {{"dtype", "F32"}, {"shape", {1, down.size()}}, {"data_offsets", {size_t{0}, in}}}},
        {module + ".lora_up.weight", {{"dtype", "F32"}, {"shape", {up.size(), 1}}, {"data_offsets", {in, all}}}}};
    return safetensors_bytes(header.dump(), bytes_of(down) + bytes_of(up));
}

}  // namespace

class TstLoraPictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Each acts on its own components: half and half are the whole.
    void textEncodersMayHaveAWeightOfTheirOwn() {
        const Lora whole = lora_of(data / "lora/xl_original.safetensors", 0.7);
        Lora network = whole, encoders = whole;
        network.text_encoder_weight = 0;
        encoders.weight = 0;
        encoders.text_encoder_weight = 0.7;
        const at::Tensor picture = xl_picture_with({whole});
        QVERIFY(at::equal(xl_picture_with({network, encoders}), picture));
        QVERIFY(difference(xl_picture_with({network}), picture) > 0);
        QVERIFY(difference(xl_picture_with({encoders}), picture) > 0);
    }

    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<QString>("names");
        QTest::newRow("kohya") << "kohya";
        QTest::newRow("diffusers") << "diffusers";
        QTest::newRow("with PEFT's configuration") << "peft";
        QTest::newRow("with matrices of 8 bits") << "short";
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(QString, names);
        const fs::path file = data / "lora" / (names.toStdString() + ".safetensors");
        const int off = difference(picture_with({lora_of(file, 0.7)}), golden(names.toStdString()));
        QVERIFY2(off <= 2, std::to_string(off).c_str());
        QVERIFY(difference(golden(names.toStdString()), golden("none")) > 20);  // it changes something
    }

    /// In the names that the network's modules had before diffusers, as kohya's trainer writes them, and in diffusers'.
    void bothTextEncodersOfTheLargeModelChange_data() {
        QTest::addColumn<QString>("names");
        QTest::newRow("original") << "xl_original";
        QTest::newRow("diffusers") << "xl_diffusers";
    }
    void bothTextEncodersOfTheLargeModelChange() {
        QFETCH(QString, names);
        const fs::path file = data / "lora" / (names.toStdString() + ".safetensors");
        const int off = difference(xl_picture_with({lora_of(file, 0.7)}), golden("xl"));
        QVERIFY2(off <= 2, std::to_string(off).c_str());
        QVERIFY(difference(golden("xl"), golden("xl_none")) > 20);
        QVERIFY(difference(xl_picture_with({}), golden("xl_none")) <= 2);
        QVERIFY_THROWS_EXCEPTION(Error, picture_with({lora_of(file, 0.7)}));
    }

    void aLoraOfAnotherFamilyIsRefused() {
        QTemporaryDir folder;
        const fs::path file = folder.filePath("te2.safetensors").toStdString();
        const std::string module = "lora_te2_text_model_encoder_layers_0_mlp_fc1";
        write_bytes(file, one_layer(module, std::vector<float>(24, 0.1f), std::vector<float>(48, 0.1f)));
        QVERIFY(difference(xl_picture_with({lora_of(file, 1)}), xl_picture_with({})) > 0);
        const QString said = QString::fromStdString(error_of([&] { picture_with({lora_of(file, 1)}); }));
        QVERIFY2(said.contains("is a LoRA for Stable Diffusion XL, and the model is one of Stable Diffusion 1 or 2"),
                 qPrintable(said));
    }

    void atWeightZeroNothingChanges() {
        const at::Tensor plain = picture_with({}), zero = picture_with({lora_of(data / "lora/kohya.safetensors", 0)});
        QVERIFY(at::equal(plain, zero));
    }

    void severalLorasAddUp() {
        const fs::path file = data / "lora/kohya.safetensors";
        const at::Tensor twice = picture_with({lora_of(file, 0.3), lora_of(file, 0.4)});
        QVERIFY(difference(twice, picture_with({lora_of(file, 0.7)})) <= 1);
    }

    void theTextEncoderIsChangedToo() {
        std::vector<float> down(32), up(32);
        for (size_t i = 0; i < 32; ++i) down[i] = static_cast<float>(i), up[i] = 2 - static_cast<float>(i);
        const fs::path file = folder_.filePath("text.safetensors").toStdString();
        write_bytes(file, one_layer("lora_te_text_model_encoder_layers_1_self_attn_q_proj", down, up));
        const auto taken = [&](const ModelFolder& folder) {
            const Weights text = folder.weights("text_encoder", {});
            const std::string key = "encoder.layers.1.self_attn.q_proj.weight";
            return text.take(text.has(key) ? key : "text_model." + key, {32, 32});
        };
        const at::Tensor product = at::outer(at::tensor(up), at::tensor(down));
        const at::Tensor changed =
            taken(ModelFolder(model, {{std::make_shared<const LoraFile>(open_lora(file)), 0.5}}));
        QVERIFY(at::allclose(changed, taken(ModelFolder(model)) + 0.5 * product));
    }

    void aLayerThatTheModelLacksIsNamed() {
        const fs::path file = folder_.filePath("stranger.safetensors").toStdString();
        write_bytes(file, one_layer("lora_unet_nowhere", {1, 2}, {3}));
        const std::string said = error_of([&] { picture_with({lora_of(file, 1)}); });
        QVERIFY2(said.find("the model has no module for \"lora_unet_nowhere.lora_down.weight\"") != std::string::npos,
                 said.c_str());
    }

    void aLayerOfAnotherShapeIsNamed() {
        const fs::path file = folder_.filePath("shape.safetensors").toStdString();
        write_bytes(file, one_layer("lora_unet_mid_block_attentions_0_proj_in", {1, 2}, {3}));
        const std::string said = error_of([&] { picture_with({lora_of(file, 1)}); });
        QVERIFY2(said.find("does not have the shape of the model's \"mid_block.attentions.0.proj_in.weight\"") !=
                     std::string::npos,
                 said.c_str());
    }

    void aLoraThatHasChangedSinceIsRefused() {
        Lora lora = lora_of(data / "lora/kohya.safetensors", 1);
        lora.hash.front() = lora.hash.front() == '0' ? '1' : '0';
        const std::string said = error_of([&] { picture_with({lora}); });
        QVERIFY2(said.find("kohya.safetensors has changed since the run was begun") != std::string::npos, said.c_str());
    }

private:
    QTemporaryDir folder_;
};

FANLIGHT_TEST(TstLoraPictures)
#include "tst_lora_pictures.moc"
