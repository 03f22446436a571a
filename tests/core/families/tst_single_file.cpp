#include "core/families/families.h"

#include <QTemporaryDir>
#include <QTest>
#include <map>

#include "core/base/error.h"
#include "core/families/flux_2/config.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

using Shapes = std::map<std::string, std::vector<int>>;

/// A .safetensors file filled with zeros.
std::string file_of(const Shapes& tensors) {
    Json header = Json::object();
    size_t end = 0;
    for (const auto& [name, shape] : tensors) {
        size_t bytes = 1;
        for (const int size : shape) bytes *= static_cast<size_t>(size);
        header[name] = {{"dtype", "U8"}, {"shape", shape}, {"data_offsets", {end, end + bytes}}};
        end += bytes;
    }
    return safetensors_bytes(header.dump(), std::string(end, '\0'));
}

const std::string unet = "model.diffusion_model.", vae = "first_stage_model.",
                  clip = "cond_stage_model.transformer.text_model.";

/// The tensors from which a configuration is derived, for a network of two resolutions with one block each.
Shapes smallest() {
    return {{unet + "input_blocks.0.0.weight", {8, 4, 3, 3}},
            {unet + "input_blocks.1.0.in_layers.2.weight", {8, 8, 3, 3}},
            {unet + "input_blocks.1.1.proj_in.weight", {8, 8, 1, 1}},
            {unet + "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight", {8, 64}},
            {unet + "input_blocks.2.0.op.weight", {8, 8, 3, 3}},
            {unet + "input_blocks.3.0.in_layers.2.weight", {16, 8, 3, 3}},
            {unet + "out.2.weight", {4, 8, 3, 3}},
            {vae + "decoder.conv_in.weight", {8, 4, 3, 3}},
            {vae + "decoder.conv_out.weight", {3, 8, 3, 3}},
            {vae + "decoder.up.0.block.0.conv1.weight", {8, 8, 3, 3}},
            {vae + "decoder.up.0.block.1.conv1.weight", {8, 8, 3, 3}},
            {clip + "embeddings.token_embedding.weight", {10, 64}},
            {clip + "embeddings.position_embedding.weight", {7, 64}},
            {clip + "encoder.layers.0.layer_norm1.weight", {64}},
            {clip + "encoder.layers.0.mlp.fc1.weight", {96, 64}}};
}

/// Those of FLUX.2 klein, with seven heads.
Shapes smallest_klein(int mlp_width) {
    return {{"single_stream_modulation.lin.weight", {168, 56}},
            {"img_in.weight", {56, 16}},
            {"txt_in.weight", {56, 48}},
            {"time_in.in_layer.weight", {56, 10}},
            {"double_blocks.0.img_attn.norm.key_norm.scale", {8}},
            {"double_blocks.0.img_mlp.0.weight", {2 * mlp_width, 56}}};
}

}  // namespace

/// A model of one file, opened.
ModelFiles opened(const fs::path& file) { return open_model_files(file).files; }

class TestSingleFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { write_bytes(file_, file_of(smallest())); }

    void theConfigurationFollowsFromNamesAndShapes() {
        const ModelFiles model = opened(file_);
        QCOMPARE(to_line(model.config("unet")),
                 to_line(Json{{"_class_name", "UNet2DConditionModel"},
                              {"in_channels", 4},
                              {"out_channels", 4},
                              {"block_out_channels", {8, 16}},
                              {"down_block_types", {"CrossAttnDownBlock2D", "DownBlock2D"}},
                              {"up_block_types", {"UpBlock2D", "CrossAttnUpBlock2D"}},
                              {"layers_per_block", 1},
                              {"attention_head_dim", {8, 8}},
                              {"cross_attention_dim", 64},
                              {"use_linear_projection", false},
                              {"sample_size", 64}}));
        QVERIFY(model.config("vae")["block_out_channels"] == Json({8}));
        QVERIFY(model.config("vae")["layers_per_block"] == Json(1));
        QVERIFY(model.config("text_encoder")["num_hidden_layers"] == Json(1));
        QVERIFY(model.config("text_encoder")["hidden_act"] == Json("quick_gelu"));
        QVERIFY(model.config("scheduler")["_class_name"] == Json("PNDMScheduler"));
        QVERIFY(model.config("scheduler")["prediction_type"] == Json("epsilon"));
    }

    void aPrunedNetworkIsToldByItsTransformers() {
        Shapes tensors = smallest();
        const std::string depth = ".1.transformer_blocks.0.norm1.weight";
        tensors[unet + "output_blocks.2.1.transformer_blocks.1.norm1.weight"] = {8};
        for (const char* block : {"input_blocks.1", "output_blocks.2", "output_blocks.3"})
            tensors[unet + block + depth] = {8};
        write_bytes(file_, file_of(tensors));
        const Json config = opened(file_).config("unet");
        QVERIFY(config["reverse_transformer_layers_per_block"] == Json::parse("[1, [2, 1]]"));
        QVERIFY(config["mid_block_type"] == Json("UNetMidBlock2D"));
    }

    void theSecondVersionPredictsVelocityUnlessItIsTheBase() {
        const fs::path second = folder_ / "second.safetensors";
        write_single_file("sd2", second);
        const ModelFiles model = opened(second);
        QVERIFY(model.config("scheduler")["prediction_type"] == Json("v_prediction"));
        QVERIFY(model.config("unet")["sample_size"] == Json(96));
        QVERIFY(model.config("unet")["attention_head_dim"] == Json({1, 1}));
        QVERIFY(model.config("unet")["use_linear_projection"] == Json(true));
        QVERIFY(model.config("text_encoder")["num_hidden_layers"] == Json(2));  // of three
        QVERIFY(model.config("text_encoder")["hidden_act"] == Json("gelu"));
        QVERIFY(model.config("tokenizer")["pad_token"] == Json("!"));

        const std::string steps = bytes_of<int64_t>({875000});
        write_bytes(second, with_tensor(read_file(second), "global_step", Json::array(), steps, "I64"));
        QVERIFY(opened(second).config("scheduler")["prediction_type"] == Json("epsilon"));
        QVERIFY(opened(second).config("unet")["sample_size"] == Json(64));
    }

    void theNumberOfTrainingStepsMayHaveAnyType() {
        const fs::path second = folder_ / "second.safetensors";
        write_single_file("sd2", second);
        const std::string whole = read_file(second);
        write_bytes(second, with_tensor(whole, "global_step", {1}, bytes_of<int32_t>({875000}), "I32"));
        QVERIFY(opened(second).config("scheduler")["prediction_type"] == Json("epsilon"));
        write_bytes(second, with_tensor(whole, "global_step", Json::array(), bytes_of<float>({875000}), "F32"));
        QVERIFY(opened(second).config("scheduler")["prediction_type"] == Json("epsilon"));
        write_bytes(second, with_tensor(whole, "global_step", {2}, bytes_of<float>({875000, 1}), "F32"));
        QVERIFY(opened(second).config("scheduler")["prediction_type"] == Json("v_prediction"));
    }

    void whatIsKnownOfTheTrainingReplacesWhatIsUsual() {
        const ModelFiles velocity = open_model_files(file_, {.prediction = "v_prediction"}).files;
        QVERIFY(velocity.config("scheduler")["prediction_type"] == Json("v_prediction"));
        QVERIFY(velocity.config("scheduler")["_class_name"] == Json("PNDMScheduler"));
        QVERIFY(!velocity.config("scheduler").contains("rescale_betas_zero_snr"));

        const ModelFiles zero = open_model_files(file_, {"v_prediction", true}).files;
        QVERIFY(zero.config("scheduler")["rescale_betas_zero_snr"] == Json(true));
        QVERIFY(zero.config("scheduler")["timestep_spacing"] == Json("trailing"));
        QVERIFY(zero.config("scheduler")["_class_name"] == Json("DDIMScheduler"));  // PNDM knows no such betas

        const fs::path second = folder_ / "second.safetensors";
        write_single_file("sd2", second);
        const ModelFiles base = open_model_files(second, {.prediction = "epsilon"}).files;
        QVERIFY(base.config("scheduler")["prediction_type"] == Json("epsilon"));
        QVERIFY(base.config("unet")["sample_size"] == Json(64));
    }

    void aLayerThatIsLeftOutAlreadyIsNotLeftOutAgain_data() {
        QTest::addColumn<int>("layers");
        QTest::addColumn<bool>("projects");
        QTest::addColumn<int>("kept");
        QTest::newRow("original") << 24 << true << 23;
        QTest::newRow("without projection") << 24 << false << 23;
        QTest::newRow("of a folder") << 23 << false << 23;
        QTest::newRow("of a folder, with projection") << 23 << true << 23;
        QTest::newRow("small original") << 4 << true << 3;
        QTest::newRow("small, of a folder") << 3 << false << 3;
    }
    void aLayerThatIsLeftOutAlreadyIsNotLeftOutAgain() {
        QFETCH(int, layers);
        QFETCH(bool, projects);
        Shapes tensors = smallest();
        std::erase_if(tensors, [](const auto& tensor) { return tensor.first.starts_with("cond_stage_model."); });
        for (const char* block : {"input_blocks.1.0", "input_blocks.3.0"})  // of heads as wide as the text's
            tensors[unet + block + ".in_layers.2.weight"] = {64, 64, 3, 3};
        const std::string text = "cond_stage_model.model.";
        tensors[text + "token_embedding.weight"] = {10, 64};
        tensors[text + "positional_embedding"] = {7, 64};
        if (projects) tensors[text + "text_projection"] = {64, 64};
        for (int i = 0; i < layers; ++i) {
            const std::string block = text + "transformer.resblocks." + std::to_string(i);
            tensors[block + ".ln_1.weight"] = {64};
            tensors[block + ".mlp.c_fc.weight"] = {96, 64};
            tensors[block + ".attn.in_proj_weight"] = {192, 64};
            tensors[block + ".attn.in_proj_bias"] = {192};
        }
        write_bytes(file_, file_of(tensors));
        QFETCH(int, kept);
        const ModelFiles model = opened(file_);
        QVERIFY(model.config("text_encoder")["num_hidden_layers"] == Json(kept));
        const auto stored = model.tensors("text_encoder").tensors;
        const auto norm = [](int i) {
            return "text_model.encoder.layers." + std::to_string(i) + ".layer_norm1.weight";
        };
        QVERIFY(stored.contains(norm(kept - 1)) && !stored.contains(norm(kept)));
    }

    void joinedProjectionsBecomeThreeViewsOfTheFile() {
        const fs::path second = folder_ / "second.safetensors";
        write_single_file("sd2", second);
        const ModelFiles model = opened(second);
        const auto text = model.tensors("text_encoder").tensors;
        const TensorEntry &q = text.at("text_model.encoder.layers.1.self_attn.q_proj.weight").entry,
                          &k = text.at("text_model.encoder.layers.1.self_attn.k_proj.weight").entry,
                          &v = text.at("text_model.encoder.layers.1.self_attn.v_proj.weight").entry;
        QCOMPARE(q.shape, std::vector<int64_t>({64, 64}));
        QVERIFY(q.bytes.end() == k.bytes.begin() && k.bytes.end() == v.bytes.begin());
        const std::string_view file = text.begin()->second.file->bytes();
        QVERIFY(q.bytes.data() > file.data() && &v.bytes.back() <= &file.back());
        QVERIFY(!text.contains("text_model.encoder.layers.2.layer_norm1.weight"));
    }

    void otherFilesAreRefusedForWhatTheyAre_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("expected");
        const auto row = [](const std::string& key, const char* expected) {
            QTest::newRow(key.c_str()) << QString::fromStdString(key) << expected;
        };
        row("conditioner.embedders.0.transformer.x", "lacks one of the two text encoders of Stable Diffusion XL");
        row("conditioner.embedders.0.model.ln_final.weight", "has no text encoder of several layers");
        row("edm_mean", "is a checkpoint of Playground 2.5");
        row(unet + "joint_blocks.0.x", "is a checkpoint of Stable Diffusion 3");
        row("distilled_guidance_layer.in_proj.bias", "is a checkpoint of Chroma");
        row("lora_unet_down_blocks_0.lora_up.weight", "is a LoRA, which goes with --lora");
        row("control_model.input_blocks.0.0.weight", "is a ControlNet");
        row("controlnet_blocks.0.weight", "is a ControlNet");
        row("control_layers.0.attention.to_q.weight", "is a ControlNet");
        row("redux_up.weight", "is FLUX.1 Redux");
        row("siglip_embedder.0.weight", "is a network of Z-Image that also reads pictures");
        row("unet.conv_in.weight", "is the network of a model, which goes with --transformer");
        row("down_blocks.0.resnets.0.conv1.weight", "is the network of a model, which goes with --transformer");
        row("input_blocks.0.0.weight", "is the network of a model, which goes with --transformer");
        row("text_model.final_layer_norm.weight", "is a text encoder, which goes with --text-encoder");
        row("cond_stage_model.model.token_embedding.weight", "has two text encoders");
        row(unet + "label_emb.0.0.weight", "is told more of a picture than one text");
        row(unet + "label_emb.1.0.weight", "has an unexpected tensor \"model.diffusion_model.label_emb.1.0.weight\"");
        row(vae + "decoder.up.7.x", "has an unexpected tensor \"first_stage_model.decoder.up.7.x\"");
    }

    void allSurplusTensorsAreToldInGroups() {
        Shapes tensors = smallest();
        for (int i = 0; i < 30; ++i) tensors[unet + "adapter." + std::to_string(i) + ".weight"] = {1};
        tensors[unet + "label_emb.1.0.weight"] = {1};
        write_bytes(file_, file_of(tensors));
        const QString said = QString::fromStdString(error_of([&] { opened(file_); }));
        QVERIFY2(said.contains("has unexpected tensors: model.diffusion_model.adapter.*.weight (30) and "
                               "model.diffusion_model.label_emb.1.0.weight; choose"),
                 qPrintable(said));
    }

    void otherFilesAreRefusedForWhatTheyAre() {
        QFETCH(QString, key);
        Shapes tensors = smallest();
        tensors[key.toStdString()] = {1};
        write_bytes(file_, file_of(tensors));
        QFETCH(QString, expected);
        const QString said = QString::fromStdString(error_of([&] { opened(file_); }));
        QVERIFY2(said.contains(expected), said.toUtf8().constData());
        QVERIFY(said.contains("model.safetensors"));
    }

    void shapesThatCannotBeAreRefused_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<std::vector<int>>("shape");  // none: the tensor is missing
        QTest::addColumn<QString>("expected");
        const auto row = [](const std::string& key, std::vector<int> shape, const char* expected) {
            QTest::addRow("%s", expected) << QString::fromStdString(key) << std::move(shape) << expected;
        };
        row(unet + "input_blocks.0.0.weight", {8, 9, 3, 3},
            "is made for 9 channels of input, as for inpainting or depth; 4 are supported");
        row(unet + "input_blocks.0.0.weight", {8}, "of 1 dimensions where there must be 4");
        row(unet + "input_blocks.1.0.in_layers.2.weight", {}, "has 1 input blocks, which is not a network");
        row(unet + "input_blocks.2.0.op.weight", {},
            "unexpected tensor \"model.diffusion_model.input_blocks.3.0.in_layers.2.weight\"");
        row(unet + "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight", {}, "is told nothing by a text");
        row(unet + "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight", {64},
            "of 1 dimensions where there must be 2");
        row(unet + "out.2.weight", {}, "has no tensor \"model.diffusion_model.out.2.weight\"");
        row(vae + "decoder.up.0.block.1.conv1.weight", {}, "has no decoder of several blocks");
        row(clip + "embeddings.token_embedding.weight", {10, 63}, "has layers of width 63");
        row(clip + "embeddings.token_embedding.weight", {10},
            "has no text encoder with embeddings.token_embedding.weight of 2");
        row(clip + "encoder.layers.0.mlp.fc1.weight", {},
            "has no text encoder with encoder.layers.0.mlp.fc1.weight of 2");
    }

    void shapesThatCannotBeAreRefused() {
        QFETCH(QString, key);
        QFETCH(std::vector<int>, shape);
        Shapes tensors = smallest();
        tensors.erase(key.toStdString());
        if (!shape.empty()) tensors[key.toStdString()] = shape;
        write_bytes(file_, file_of(tensors));
        QFETCH(QString, expected);
        const QString said = QString::fromStdString(error_of([&] { opened(file_); }));
        QVERIFY2(said.contains(expected), said.toUtf8().constData());
        QVERIFY(said.contains("model.safetensors"));
    }

    void aFileWithoutNetworkOrTextEncoderIsRefused_data() {
        QTest::addColumn<QString>("prefix");
        QTest::addColumn<QString>("expected");
        QTest::newRow("network") << QString::fromStdString(unet) << "has no network of Stable Diffusion";
        QTest::newRow("text encoder") << QString::fromStdString(clip) << "has no text encoder that is known";
    }

    void aFileWithoutNetworkOrTextEncoderIsRefused() {
        QFETCH(QString, prefix);
        Shapes tensors = smallest();
        std::erase_if(tensors, [&](const auto& tensor) { return tensor.first.starts_with(prefix.toStdString()); });
        write_bytes(file_, file_of(tensors));
        QFETCH(QString, expected);
        const QString said = QString::fromStdString(error_of([&] { opened(file_); }));
        QVERIFY2(said.contains(expected), said.toUtf8().constData());
        QVERIFY(said.contains("model.safetensors"));
    }

    /// Another one may take its place.
    void aFileMayLackItsDecoder() {
        Shapes tensors = smallest();
        std::erase_if(tensors, [&](const auto& tensor) { return tensor.first.starts_with(vae); });
        write_bytes(file_, file_of(tensors));
        const ModelFiles model = open_model_files(file_).files;
        QVERIFY(model.lacks("vae") && !model.lacks("unet"));
        QVERIFY(model.tensors("vae").tensors.empty());
        QVERIFY(model.config("vae")["scaling_factor"] == Json(0.18215));
        std::erase_if(tensors, [&](const auto& tensor) { return tensor.first.starts_with(clip); });
        write_bytes(file_, file_of(tensors));
        const std::string said = error_of([&] { opened(file_); });
        QVERIFY2(said.find("is a network alone, which goes with --transformer") != std::string::npos, said.c_str());
    }

    void theLargeModelIsReadAsItsFolder() {
        const fs::path file = folder_ / "xl.safetensors";
        write_single_file("sdxl", file);
        const KnownModel known = open_model_files(file);
        QCOMPARE(known.family.name, std::string("stable_diffusion_xl"));
        const ModelFiles& model = known.files;
        QVERIFY(model.config("unet")["down_block_types"] == Json({"DownBlock2D", "CrossAttnDownBlock2D"}));
        QVERIFY(model.config("unet")["transformer_layers_per_block"] == Json({1, 2}));
        QVERIFY(model.config("unet")["addition_embed_type"] == Json("text_time"));
        QVERIFY(model.config("unet")["addition_time_embed_dim"] == Json(16));
        QVERIFY(model.config("unet")["projection_class_embeddings_input_dim"] == Json(32 + 6 * 16));
        QVERIFY(model.config("unet")["sample_size"] == Json(128));
        QVERIFY(model.config("text_encoder_2")["num_hidden_layers"] == Json(2));  // all of them
        QVERIFY(model.config("text_encoder_2")["projection_dim"] == Json(32));
        QVERIFY(model.config("tokenizer_2")["pad_token"] == Json("!"));
        QVERIFY(model.config("vae")["scaling_factor"] == Json(0.13025));
        QVERIFY(model.config("scheduler")["_class_name"] == Json("EulerDiscreteScheduler"));
        QVERIFY(model.tensors("unet").tensors.contains("add_embedding.linear_2.bias"));
        const auto projection = model.tensors("text_encoder_2").tensors.at("text_projection.weight").entry;
        QVERIFY(projection.transposed && projection.shape == (std::vector<int64_t>{32, 128}));

        const ModelFiles zero = open_model_files(file, {"v_prediction", true}).files;
        QVERIFY(zero.config("scheduler")["_class_name"] == Json("EulerDiscreteScheduler"));  // which knows such betas
        QVERIFY(zero.config("scheduler")["timestep_spacing"] == Json("trailing"));
        QVERIFY(zero.config("scheduler")["rescale_betas_zero_snr"] == Json(true));
    }

    /// Its ratio to the network's width, times the width, is rounded down.
    void theWidthsOfKleinFollowFromItsShapes() {
        for (const int mlp_width : {61, 115, 151, 168}) {
            write_bytes(file_, file_of(smallest_klein(mlp_width)));
            const Flux2Config config(opened(file_).config("transformer"));
            QCOMPARE(config.mlp_width, mlp_width);
            QCOMPARE(config.sinusoids, 10);
            QCOMPARE(config.heads, 7);
        }
    }

    void aNameTellsWhetherKleinIsDistilled_data() {
        QTest::addColumn<bool>("is_distilled");
        for (const char* name : {"flux-2-klein-4b", "FLUX.2-klein-9B-Q4_K_M", "flux2klein_9b_fp8", "database_klein"})
            QTest::newRow(name) << true;
        for (const char* name : {"flux-2-klein-base-4b", "F2K-KleinBase-v2", "mine"}) QTest::newRow(name) << false;
    }
    void aNameTellsWhetherKleinIsDistilled() {
        QFETCH(bool, is_distilled);
        const fs::path file = folder_ / (std::string(QTest::currentDataTag()) + ".safetensors");
        write_bytes(file, file_of(smallest_klein(168)));
        QCOMPARE(opened(file).config(index_config)["is_distilled"].get<bool>(), is_distilled);
    }

    void aLargeModelThatIsNotOneIsRefused_data() {
        QTest::addColumn<QString>("without");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* without, const char* expected) {
            QTest::newRow(without) << without << expected;
        };
        row("conditioner.embedders.1.", "lacks one of the two text encoders of Stable Diffusion XL");
        row("conditioner.", "lacks one of the two text encoders of Stable Diffusion XL");
        row("model.diffusion_model.", "has no network of Stable Diffusion");
        row("model.diffusion_model.label_emb.", "is told nothing of a picture's size");
        row("conditioner.embedders.1.model.text_projection", "has no tensor");
    }
    void aLargeModelThatIsNotOneIsRefused() {
        QFETCH(QString, without);
        const fs::path file = folder_ / "xl.safetensors";
        write_single_file("sdxl", file);
        write_bytes(file, without_tensors(read_file(file), {without.toStdString()}));
        QFETCH(QString, expected);
        const QString said = QString::fromStdString(error_of([&] { opened(file); }));
        QVERIFY2(said.contains(expected), said.toUtf8().constData());
        QVERIFY(said.contains("xl.safetensors"));
    }

private:
    QTemporaryDir temporary_;
    const fs::path folder_ = temporary_.path().toStdString();
    const fs::path file_ = folder_ / "model.safetensors";
};

FANLIGHT_TEST(TestSingleFile)
#include "tst_single_file.moc"
