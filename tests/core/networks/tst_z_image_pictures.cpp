// Z-Image against diffusers and transformers (tests/golden/z_image.py), float32 on the CPU.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "core/families/parts/shipped_tokenizers.h"
#include "core/families/z_image/network/transformer.h"
#include "core/families/z_image/prompts.h"
#include "core/pipelines/language_conditioner.h"
#include "core/pipelines/picture_decoder.h"
#include "tests/core/networks/flow_task.h"
#include "tests/core/networks/golden_models.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "tests/support/z_image_files.h"

using namespace fanlight;

namespace {

const std::string data = source_path("/tests/golden/data/pipelines/"), model = data + "z_image";

constexpr double tolerance = 2e-5;

at::Tensor golden(const std::string& key) { return golden_tensor(model + ".safetensors", key); }

Json images() { return read_json_file(model + ".json"); }

std::vector<Task> batch_of(const Json& image) {
    std::vector<Task> batch;
    for (size_t i = 0; i < image["prompts"].size(); ++i) {
        ImageTask task = flow_task(image, i);
        task.cfg_floor = 0;
        if (image["negative_prompt"].is_string()) task.negative_prompt = image["negative_prompt"].get<std::string>();
        batch.push_back(std::move(task));
    }
    return batch;
}

}  // namespace

class TstZImagePictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void promptsBecomeTheSameTokensAndCaptions() {
        const c10::InferenceMode inference;
        const ModelFolder folder(model);
        const auto tokenizer = open_wrapped_tokenizer(folder.files(), "tokenizer", z_image_wrap(), &qwen_tokenizer);
        LanguageConditioner conditioner(folder, {}, {.states = {-2}}, 32, {});
        const std::vector<std::string> prompts = {"a dog", captions()};
        for (size_t i = 0; i < prompts.size(); ++i) {
            const at::Tensor ids = golden("ids." + std::to_string(i));
            const Tokenizer::Encoded encoded = tokenizer->encode(prompts[i]);
            const auto read = std::count(encoded.mask.begin(), encoded.mask.end(), 1);
            QCOMPARE(read, ids.numel());
            QVERIFY(at::tensor(encoded.ids).narrow(0, 0, read).equal(ids));
            const Conditioning told = conditioner.conditioning_of({{.text = prompts[i]}});
            QVERIFY(difference(told.context.squeeze(0), golden("caption." + std::to_string(i))) < tolerance);
        }
    }

    void everyBlockEqualsItsReference() {
        const c10::InferenceMode inference;
        const ModelFolder folder(model);
        const ZImageConfig config(folder.config("transformer"));
        const Weights weights = folder.weights("transformer", {});
        const LayerSequence layers(z_image_layers(config, weights), weights);
        QVERIFY(weights.untaken().empty());

        Conditioning told =
            joined({{.context = golden("caption.0").unsqueeze(0)}, {.context = golden("caption.1").unsqueeze(0)}});
        told.numbers = at::tensor({5.0f, 6.0f}).expand({2, 2});
        Memory memory;
        for (int round = 0; round < 2; ++round) {  // the second time it remembers the captions
            State state = z_image_input(golden("x"), 700);
            state.conditioning = &told;
            state.memory = &memory;
            int compared = 0;
            for (const Layer& layer : layers) {
                layer.run(state);
                const bool is_caption = layer.name.starts_with("context_refiner.");
                if (layer.name.find_first_of("0123456789") == std::string::npos || layer.name.starts_with("all_"))
                    continue;
                const at::Tensor actual = is_caption ? state.named.get("caption") : state.hidden;
                const at::Tensor expected = golden("block." + layer.name);
                for (int64_t row = 0; row < 2; ++row) {
                    const int64_t caption = filled(golden("caption." + std::to_string(row)).size(0));
                    const int64_t picture = filled(30);
                    const int64_t length = is_caption                                ? caption
                                           : layer.name.starts_with("noise_refiner") ? picture
                                                                                     : picture + caption;
                    const double off = difference(actual[row].narrow(0, 0, length), expected[row].narrow(0, 0, length));
                    QVERIFY2(off < tolerance, (layer.name + " differs by " + std::to_string(off)).c_str());
                }
                ++compared;
            }
            QCOMPARE(compared, 7);
            QVERIFY(difference(state.hidden, golden("transformer")) < tolerance);
        }
    }

    void latentsAreShiftedBeforeTheyAreDecoded() {
        const c10::InferenceMode inference;
        PictureDecoder decoder(ModelFolder(model), {}, LatentShift::Added);
        const at::Tensor expected = ((golden("vae") / 2 + 0.5).clamp(0, 1) * 255).round().permute({0, 2, 3, 1});
        const at::Tensor off = (decoder.decode(golden("x")).images().to(at::kFloat) - expected).abs();
        QVERIFY(off.max().item<double>() <= 1);
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<int>("number");
        for (size_t i = 0; i < images().size(); ++i) QTest::addRow("%zu", i) << static_cast<int>(i);
    }
    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(int, number);
        const c10::InferenceMode inference;
        const Pictures made = pictures_of(model, batch_of(images()[static_cast<size_t>(number)]));
        const at::Tensor expected = golden("image." + std::to_string(number));
        QCOMPARE(made.images().sizes().vec(), expected.sizes().vec());
        const double off = (made.images().to(at::kFloat) - expected.to(at::kFloat)).abs().max().item<double>();
        QVERIFY2(off <= 2, std::to_string(off).c_str());
    }

    void neighboursChangeNothing() {
        const c10::InferenceMode inference;
        const auto pipeline = load_pipeline(model, {}, {});
        const auto batch = batch_of(images()[1]);
        const at::Tensor together = pictures_of(*pipeline, batch).images();
        for (size_t i = 0; i < batch.size(); ++i) {
            const at::Tensor alone = pictures_of(*pipeline, {batch[i]}).images();
            QVERIFY(alone[0].equal(together[static_cast<int64_t>(i)]));
        }
    }

    void briefEncodersChangeNothing() {
        const c10::InferenceMode inference;
        const auto batch = batch_of(images()[1]);
        const at::Tensor whole = pictures_of(model, batch).images();
        const auto brief = load_pipeline(model, {}, {}, {.brief_encoders = true});
        QVERIFY(pictures_of(*brief, batch).images().equal(whole));
    }

    void componentsFromFilesGiveTheSamePicture_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {network_kind, text_encoder_kind, vae_kind, "folder"}) QTest::newRow(kind) << kind;
    }
    void componentsFromFilesGiveTheSamePicture() {
        QFETCH(QString, kind);
        const c10::InferenceMode inference;
        const std::string file = folder_.filePath(kind + ".safetensors").toStdString();
        std::vector<FileTensor> tensors;
        if (kind == network_kind) {
            tensors = with_original_names(z_image_tensors("transformer"));
        } else if (kind == text_encoder_kind) {
            tensors = z_image_tensors("text_encoder");
            for (FileTensor& tensor : tensors) tensor.name = "model." + tensor.name;
        } else {
            tensors = z_image_tensors("vae");
        }
        replace_file(file, tensors_file(tensors));
        const bool is_folder = kind == "folder";
        const ReplacedComponent given{is_folder ? network_kind : kind.toStdString(), "given",
                                      is_folder ? model + "/transformer" : file,
                                      component_hash(is_folder ? model + "/transformer" : file)};
        const auto batch = batch_of(images()[1]);
        const auto pipeline = load_pipeline(model, {}, {.components = {given}});
        QVERIFY(pictures_of(*pipeline, batch).images().equal(pictures_of(model, batch).images()));
    }

    /// As llama.cpp and ComfyUI's GGUF files name them; in float16, as the folder has them.
    void ggufFilesGiveTheSamePicture() {
        const c10::InferenceMode inference;
        ReplacedComponents given;
        const auto add = [&](const std::string& kind, const std::string& bytes) {
            const std::string file = folder_.filePath(QString::fromStdString(kind + ".gguf")).toStdString();
            replace_file(file, bytes);
            given.push_back({kind, kind, file, component_hash(file)});
        };
        add(network_kind, z_image_gguf());
        add(text_encoder_kind, z_image_encoder_gguf());
        const auto batch = batch_of(images()[1]);
        const auto pipeline = load_pipeline(model, {}, {.components = given});
        QVERIFY(pictures_of(*pipeline, batch).images().equal(pictures_of(model, batch).images()));
    }

    void threeFilesAreAModel_data() {
        QTest::addColumn<QString>("ending");
        for (const char* ending : {".safetensors", ".gguf"}) QTest::newRow(ending) << ending;
    }
    void threeFilesAreAModel() {
        QFETCH(QString, ending);
        const c10::InferenceMode inference;
        const ZImageFiles files = write_z_image_files(folder_.path().toStdString(), ending.toStdString());
        const ReplacedComponents rest = {
            {text_encoder_kind, "encoder", files.text_encoder, component_hash(files.text_encoder)},
            {vae_kind, "vae", files.vae, component_hash(files.vae)}};
        const auto pipeline = load_pipeline(files.network, {}, {.components = rest});
        const Json specs = read_json_file(model + "_files.json");
        for (size_t i = 0; i < specs.size(); ++i) {
            const at::Tensor made = pictures_of(*pipeline, batch_of(specs[i])).images();
            const at::Tensor expected = golden_tensor(model + "_files.safetensors", "image." + std::to_string(i));
            QVERIFY((made.to(at::kInt) - expected.to(at::kInt)).abs().max().item<int>() <= 2);
        }
    }

    /// ComfyUI's checkpoints hold all of a model.
    void oneFileIsTheSameModelAsItsParts() {
        const c10::InferenceMode inference;
        const ZImageFiles files = write_z_image_files(folder_.path().toStdString(), ".safetensors");
        const std::string whole = folder_.filePath("z_image_turbo_aio.safetensors").toStdString();
        write_z_image_checkpoint(whole, files);
        const ReplacedComponents rest = {
            {text_encoder_kind, "encoder", files.text_encoder, component_hash(files.text_encoder)},
            {vae_kind, "vae", files.vae, component_hash(files.vae)}};
        const auto parts = load_pipeline(files.network, {}, {.components = rest});
        const auto batch = batch_of(read_json_file(model + "_files.json")[1]);
        QVERIFY(pictures_of(whole, batch).images().equal(pictures_of(*parts, batch).images()));
    }

    void lorasChangeThePictureAsInDiffusers_data() {
        QTest::addColumn<QString>("form");
        for (const char* form : {"transformer", "diffusion_model", "kohya"}) QTest::newRow(form) << form;
    }
    void lorasChangeThePictureAsInDiffusers() {
        QFETCH(QString, form);
        const c10::InferenceMode inference;
        const std::string file = data + "../lora/z_image_" + form.toStdString() + ".safetensors";
        const Lora lora{.name = "made", .file = file, .hash = lora_hash(file, sha256_hex_of_file(file)), .weight = 0.7};
        const at::Tensor made = pictures_of(model, batch_of(images()[1]), {}, {lora}).images();
        const at::Tensor off = (made.to(at::kInt) - golden("lora." + form.toStdString()).to(at::kInt)).abs();
        QVERIFY2(off.max().item<int>() <= 2, std::to_string(off.max().item<int>()).c_str());
        QVERIFY(!made.equal(pictures_of(model, batch_of(images()[1])).images()));
    }

    void otherTrainersNamesAreReadAlike_data() {
        QTest::addColumn<QString>("prefix");
        QTest::addColumn<QString>("infix");
        const auto row = [](const char* name, const char* prefix, const char* infix = "") {
            QTest::newRow(name) << prefix << infix;
        };
        row("DiffSynth", "", ".default");
        row("PEFT", "base_model.model.");
        row("OneTrainer", "lora_transformer_");
        row("SimpleTuner", "lycoris_");
    }
    void otherTrainersNamesAreReadAlike() {
        QFETCH(QString, prefix);
        QFETCH(QString, infix);
        const c10::InferenceMode inference;
        const std::string theirs = data + "../lora/z_image_transformer.safetensors",
                          file = folder_.filePath("named.safetensors").toStdString();
        std::vector<FileTensor> tensors = tensors_in(theirs);
        for (FileTensor& tensor : tensors) {
            const size_t ending = tensor.name.rfind(".lora_"), begin = std::string("transformer.").size();
            std::string module = tensor.name.substr(begin, ending - begin);
            if (prefix.endsWith("_")) std::replace(module.begin(), module.end(), '.', '_');
            const char half = tensor.name[ending + 6];
            const std::string kohya = half == 'A' ? ".lora_down" : ".lora_up";
            tensor.name = prefix.toStdString() + module +
                          (prefix.endsWith("_") ? kohya : ".lora_" + std::string(1, half)) + infix.toStdString() +
                          ".weight";
        }
        replace_file(file, tensors_file(tensors));
        const std::string config = folder_.filePath("adapter_config.json").toStdString();
        std::filesystem::remove(config);
        if (prefix.startsWith("base_model"))
            replace_file(config, R"({"peft_type": "LORA", "r": 3, "lora_alpha": 3, "target_modules": ["to_q"],
                                     "auto_mapping": {"base_model_class": "ZImageTransformer2DModel"}})");
        const auto drawn_with = [](const std::string& lora) {
            const Lora used{
                .name = "made", .file = lora, .hash = lora_hash(lora, sha256_hex_of_file(lora)), .weight = 0.7};
            return pictures_of(model, batch_of(images()[1]), {}, {used}).images();
        };
        QVERIFY(drawn_with(file).equal(drawn_with(theirs)));
    }

    void otherNetworksAreRefused() {
        const std::string file = folder_.filePath("other.safetensors").toStdString();
        const auto refusal = [&](const std::vector<FileTensor>& tensors) {
            replace_file(file, tensors_file(tensors));
            return error_of([&] {
                load_pipeline(model, {}, {.components = {{network_kind, "other", file, component_hash(file)}}});
            });
        };
        QVERIFY(refusal({{"double_blocks.0.x", "F16", {1}, "ab"}}).find("is not a network of Z-Image") !=
                std::string::npos);
        std::vector<FileTensor> tensors = z_image_tensors("transformer");
        std::erase_if(tensors, [](const FileTensor& tensor) { return tensor.name.starts_with("layers.2."); });
        QVERIFY(refusal(tensors).find("has other layers than the model's own: it has no tensor layers.2.") !=
                std::string::npos);
    }

private:
    QTemporaryDir folder_;

    static std::string captions() {
        std::string text;
        for (int i = 0; i < 4; ++i) text += "a cat on a chair, seen from the street, in the light of the evening, ";
        return text;
    }
};

FANLIGHT_TEST(TstZImagePictures)
#include "tst_z_image_pictures.moc"
