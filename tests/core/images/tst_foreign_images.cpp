#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/batch/list_reading.h"
#include "core/images/foreign_json.h"
#include "core/images/image_prompts.h"
#include "core/images/png_writer.h"
#include "tests/support/sentences.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const char* const swarm =
    R"json({"sui_image_params": {"prompt": "a red fox", "negativeprompt": "blurry", "model": "some/model", "seed": 1234567,
       "steps": 20, "cfgscale": 7.0, "aspectratio": "1:1", "width": 512, "height": 768, "sampler": "euler",
       "scheduler": "normal", "clipstopatlayer": -2, "swarm_version": "0.9.0"}, "sui_extra_data": {"date": "2025"}})json";
const char* const fooocus =
    R"json({"adm_guidance": "(1.5, 0.8, 0.3)", "guidance_scale": 4, "metadata_scheme": "fooocus",
       "negative_prompt": "blurry", "prompt": "a red fox", "resolution": "(1152, 896)", "sampler": "dpmpp_2m",
       "scheduler": "karras", "seed": "1234567", "steps": 30, "styles": "[]", "version": "Fooocus v2.5"})json";
const char* const comfy =
    R"json({"3": {"class_type": "KSampler", "inputs": {"seed": ["20", 0], "steps": 21, "cfg": 8.0, "sampler_name": "dpmpp_2m_sde",
              "scheduler": "karras", "denoise": 1.0, "model": ["11", 0], "positive": ["13", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "XL\\photo.safetensors"}},
        "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 1152, "height": 896, "batch_size": 1}},
        "6": {"class_type": "CLIPTextEncodeSDXL", "inputs": {"text_l": ["21", 0], "text_g": "oil", "width": 4096, "clip": ["12", 0]}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "watermark", "clip": ["12", 0]}},
        "8": {"class_type": "VAEDecode", "inputs": {"samples": ["17", 0], "vae": ["4", 2]}},
        "10": {"class_type": "LoraLoader", "inputs": {"lora_name": "ink.safetensors", "strength_model": 0.7, "strength_clip": 0.9, "model": ["4", 0], "clip": ["4", 1]}},
        "11": {"class_type": "LoraLoaderModelOnly", "inputs": {"lora_name": "few steps.safetensors", "strength_model": 1, "model": ["10", 0]}},
        "12": {"class_type": "CLIPSetLastLayer", "inputs": {"stop_at_clip_layer": -3, "clip": ["10", 1]}},
        "13": {"class_type": "ConditioningSetTimestepRange", "inputs": {"conditioning": ["6", 0], "start": 0.0}},
        "17": {"class_type": "KSampler", "inputs": {"seed": 1, "steps": 9, "cfg": 5, "sampler_name": "euler", "scheduler": "normal", "denoise": 0.4,
              "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["18", 0]}},
        "18": {"class_type": "LatentUpscale", "inputs": {"samples": ["3", 0], "width": 2304, "height": 1792}},
        "20": {"class_type": "PrimitiveInt", "inputs": {"value": 156680208700286}},
        "21": {"class_type": "StringConstant", "inputs": {"string": "a glass bottle"}}})json";
const char* const invoke =
    R"json({"generation_mode": "sdxl_txt2img", "positive_prompt": "a tall ship", "negative_prompt": "fog", "width": 1024, "height": 768,
        "seed": 123, "cfg_scale": 7.5, "cfg_rescale_multiplier": 0.3, "steps": 25, "scheduler": "dpmpp_2m_sde_k", "clip_skip": 0,
        "model": {"key": "x", "name": "photo", "base": "sdxl"}, "loras": [{"model": {"name": "ink"}, "weight": 0.75}],
        "positive_style_prompt": "oil", "vae": null, "strength": null, "controlnets": []})json";
const char* const settings = "\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5, Size: 512x512";

}  // namespace

/// PNGs of other programs as prompt lists.
class TstForeignImages : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path folder_;

    fs::path write_png(const std::string& name, const std::string& text, const char* keyword = "parameters") const {
        const std::vector<uint8_t> rgb(8 * 8 * 3);
        replace_file(folder_ / name, encode_png({rgb.data(), 8, 8}, {{keyword, text}}));
        return folder_ / name;
    }

    PromptRow row_of(const std::string& text, const ListReading& reading = {},
                     const char* keyword = "parameters") const {
        return load_prompts_or_images(write_png("a.png", text, keyword), reading).at(0);
    }

    QString error_of(const fs::path& path) const {
        try {
            load_prompts_or_images(path);
        } catch (const UsageError& error) {
            return QString::fromUtf8(error.what());
        }
        return "no error";
    }

    std::vector<std::string> notes_of(const std::string& parameters) const {
        ListNotes notes;
        ListReading reading;
        reading.notes = &notes;
        row_of(parameters, reading);
        return texts_of(notes.sentences());
    }

private Q_SLOTS:
    void init() {
        folder_ = fs::path(dir_.path().toStdString()) / QTest::currentTestFunction();
        fs::create_directories(folder_);
    }

    void swarmUiIsRead() {
        const PromptRow row = row_of(swarm);
        const Overrides& o = row.overrides;
        QCOMPARE(row.prompt, std::string("a red fox"));
        QCOMPARE(*o.negative_prompt, std::string("blurry"));
        QVERIFY(o.seed == 1234567u && o.steps == 20 && o.cfg_scale == 7 && o.width == 512 && o.height == 768);
        QVERIFY(o.sampler == "euler" && o.schedule == "normal" && o.clip_skip == 1);
    }

    void fooocusIsRead() {
        const PromptRow row = row_of(fooocus);
        const Overrides& o = row.overrides;
        QCOMPARE(row.prompt, std::string("a red fox"));
        QVERIFY(o.seed == 1234567u && o.steps == 30 && o.cfg_scale == 4 && o.width == 1152 && o.height == 896);
        QVERIFY(o.sampler == "dpmpp_2m" && o.schedule == "karras");
    }

    void comfyUiIsRead() {
        ListNotes notes;
        ListReading reading;
        reading.notes = &notes;
        const PromptRow row = row_of(comfy, reading, "prompt");
        const Overrides& o = row.overrides;
        QCOMPARE(row.prompt, std::string("a glass bottle"));
        QVERIFY(o.negative_prompt == "watermark" && o.prompt_2 == "oil" && !o.negative_prompt_2);
        QVERIFY(o.seed == 156680208700286u && o.steps == 21 && o.cfg_scale == 8 && o.width == 1152 && o.height == 896);
        QVERIFY(o.sampler == "dpmpp_2m_sde" && o.schedule == "karras" && o.clip_skip == 2);
        QCOMPARE(lora_texts(o.loras.value()), std::string("ink:0.9:0.7; few steps:0:1"));
        const std::string told = notes.sentences().back().text();
        QVERIFY2(told.starts_with("The setting \"Hires steps\" has no effect"), told.c_str());
    }

    void invokeAiIsRead() {
        const PromptRow row = row_of(invoke, {}, "invokeai_metadata");
        const Overrides& o = row.overrides;
        QCOMPARE(row.prompt, std::string("a tall ship"));
        QVERIFY(o.negative_prompt == "fog" && o.prompt_2 == "oil" && o.rescale_cfg == 0.3 && o.clip_skip == 0);
        QVERIFY(o.seed == 123u && o.steps == 25 && o.cfg_scale == 7.5 && o.width == 1024 && o.height == 768);
        QVERIFY(o.sampler == "dpmpp_2m_sde" && o.schedule == "karras");
        QCOMPARE(lora_texts(o.loras.value()), std::string("ink:0.75"));
    }

    /// A scale that is an input of the network, beside which A1111's is between prompt and negative prompt.
    void distilledScalesAreRead_data() {
        QTest::addColumn<QString>("keyword");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<double>("scale");
        QTest::addColumn<double>("true_scale");
        const QByteArray forge = "a fox\nSteps: 20, Sampler: Euler, Schedule type: Simple, CFG scale: ";
        QTest::newRow("Forge") << "parameters" << forge + "1, Distilled CFG Scale: 3.5, Seed: 5, Size: 64x64" << 3.5
                               << 1.0;
        QTest::newRow("both") << "parameters" << forge + "2.5, Distilled CFG Scale: 3, Seed: 5, Size: 64x64" << 3.0
                              << 2.5;
        QTest::newRow("A1111") << "parameters" << forge + "7, Seed: 5, Size: 64x64" << 7.0 << 0.0;
        QTest::newRow("SwarmUI") << "parameters"
                                 << QByteArray(R"({"sui_image_params": {"prompt": "a fox", "cfgscale": 1.5,
                                        "fluxguidancescale": 3.5}})")
                                 << 3.5 << 1.5;
        QTest::newRow("InvokeAI") << "invokeai_metadata"
                                  << QByteArray(R"({"positive_prompt": "a fox", "guidance": 4, "steps": 20})") << 4.0
                                  << 0.0;
        QByteArray graph = comfy;
        QTest::newRow("ComfyUI") << "prompt"
                                 << graph
                                        .replace(R"("CLIPTextEncodeSDXL", "inputs": {)",
                                                 R"("CLIPTextEncodeSDXL", "inputs": {"guidance": 2, )")
                                        .replace(R"("ConditioningSetTimestepRange", "inputs": {)",
                                                 R"("FluxGuidance", "inputs": {"guidance": 3.5, )")
                                 << 3.5 << 8.0;
    }
    void distilledScalesAreRead() {
        QFETCH(QString, keyword);
        QFETCH(QByteArray, text);
        QFETCH(double, scale);
        QFETCH(double, true_scale);
        const Overrides o = row_of(text.toStdString(), {}, keyword.toLatin1().constData()).overrides;
        QCOMPARE(o.cfg_scale, std::optional(scale));
        QCOMPARE(o.true_cfg_scale.value_or(0), true_scale);
    }

    /// "cfg_scale true_cfg_scale"; "-": the model's own.
    void scalesAreReadForTheModel_data() {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<int>("cfg");
        QTest::addColumn<QString>("scales");
        const int usual = int(OthersCfg::Usual), more = int(OthersCfg::OneMore), both = int(OthersCfg::True);
        QTest::newRow("Z-Image Turbo") << QByteArray("CFG scale: 1") << more << "0 -";
        QTest::newRow("Z-Image") << QByteArray("CFG scale: 5.5") << more << "4.5 -";
        QTest::newRow("below 1") << QByteArray("CFG scale: 0") << more << "0 -";
        QTest::newRow("Z-Image in Forge") << QByteArray("CFG scale: 2, Distilled CFG Scale: 3.5") << more << "1 -";
        QTest::newRow("FLUX.1 in Forge") << QByteArray("CFG scale: 1, Distilled CFG Scale: 3") << both << "3 1";
        QTest::newRow("one scale") << QByteArray("CFG scale: 1") << both << "- 1";
        QTest::newRow("stable-diffusion.cpp")
            << QByteArray("CFG scale: 1.000000, Guidance: 2.500000") << both << "2.5 1";
        QTest::newRow("its SD") << QByteArray("CFG scale: 7.000000, Guidance: 3.500000") << usual << "7 -";
        QTest::newRow("a true scale below 1") << QByteArray("CFG scale: 0, Distilled CFG Scale: 3") << usual << "3 1";
    }
    void scalesAreReadForTheModel() {
        QFETCH(QByteArray, settings);
        QFETCH(int, cfg);
        ListReading reading;
        reading.others_cfg = OthersCfg(cfg);
        const Overrides o =
            row_of("a fox\nSteps: 20, Sampler: Euler, " + settings.toStdString() + ", Seed: 5", reading).overrides;
        const auto text = [](const std::optional<double>& scale) { return scale ? QString::number(*scale) : "-"; };
        QTEST(text(o.cfg_scale) + " " + text(o.true_cfg_scale), "scales");
    }

    /// As ComfyUI's templates for FLUX.1 put a sampler together.
    void samplersInPartsAreRead() {
        ListNotes notes;
        ListedComponents encoders, vaes;
        ListReading reading;
        reading.notes = &notes;
        reading.others_cfg = OthersCfg::True;
        reading.text_encoders = &encoders;
        reading.vaes = &vaes;
        const PromptRow row = row_of(
            R"json({"5": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 1152, "height": 896, "batch_size": 1}},
                "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox", "clip": ["11", 0]}},
                "8": {"class_type": "VAEDecode", "inputs": {"samples": ["13", 0], "vae": ["10", 0]}},
                "10": {"class_type": "VAELoader", "inputs": {"vae_name": "ae.safetensors"}},
                "11": {"class_type": "DualCLIPLoader", "inputs": {"clip_name1": "t5xxl_fp16.safetensors",
                       "clip_name2": "clip_l.safetensors", "type": "flux"}},
                "12": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors", "weight_dtype": "default"}},
                "13": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["25", 0], "guider": ["22", 0],
                       "sampler": ["16", 0], "sigmas": ["18", 1], "latent_image": ["5", 0]}},
                "14": {"class_type": "LoraLoaderModelOnly", "inputs": {"lora_name": "ink.safetensors", "strength_model": 0.7, "model": ["12", 0]}},
                "16": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
                "17": {"class_type": "BasicScheduler", "inputs": {"scheduler": "simple", "steps": 22, "denoise": 1.0, "model": ["30", 0]}},
                "18": {"class_type": "SplitSigmas", "inputs": {"sigmas": ["17", 0], "step": 0}},
                "22": {"class_type": "BasicGuider", "inputs": {"model": ["30", 0], "conditioning": ["26", 0]}},
                "25": {"class_type": "RandomNoise", "inputs": {"noise_seed": 219670278747233}},
                "26": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.0, "conditioning": ["6", 0]}},
                "30": {"class_type": "ModelSamplingFlux", "inputs": {"max_shift": 1.15, "base_shift": 0.5, "model": ["14", 0]}}})json",
            reading, "prompt");
        const Overrides& o = row.overrides;
        QCOMPARE(row.prompt, std::string("a fox"));
        QVERIFY(o.seed == 219670278747233u && o.steps == 22 && o.width == 1152 && o.height == 896);
        QVERIFY(o.sampler == "euler" && o.schedule == "simple" && o.cfg_scale == 3 && !o.true_cfg_scale && !o.shift);
        QCOMPARE(lora_texts(o.loras.value()), std::string("ink:0:0.7"));
        QVERIFY(vaes.size() == 1 && vaes.front().first == "ae");
        QVERIFY(encoders.size() == 2 && encoders.front().first == "t5xxl_fp16" && encoders.back().first == "clip_l");
        QCOMPARE(texts_of(notes.sentences()), std::vector<std::string>());
    }

    /// FLUX.2 klein's, and the shift of Z-Image's.
    void guidersAndShiftsAreRead() {
        const std::string graph =
            R"json({"1": {"class_type": "UNETLoader", "inputs": {"unet_name": "z.safetensors"}},
                "2": {"class_type": "ModelSamplingAuraFlow", "inputs": {"shift": 3.0, "model": ["1", 0]}},
                "4": {"class_type": "CLIPTextEncodeFlux", "inputs": {"clip_l": "a fox", "t5xxl": "a red fox", "guidance": 2.5, "clip": ["9", 0]}},
                "5": {"class_type": "CLIPTextEncode", "inputs": {"text": "fog", "clip": ["9", 0]}},
                "6": {"class_type": "CFGGuider", "inputs": {"model": ["2", 0], "positive": ["4", 0], "negative": ["5", 0], "cfg": 4.0}},
                "7": {"class_type": "RandomNoise", "inputs": {"noise_seed": ["8", 0]}},
                "8": {"class_type": "PrimitiveInt", "inputs": {"value": 7}},
                "10": {"class_type": "EmptyFlux2LatentImage", "inputs": {"width": 1024, "height": 768}},
                "11": {"class_type": "Flux2Scheduler", "inputs": {"steps": 4, "width": 64, "height": 64}},
                "12": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
                "13": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["7", 0], "guider": ["6", 0], "sampler": ["12", 0],
                       "sigmas": ["11", 0], "latent_image": ["10", 0]}}})json";
        ListReading reading;
        reading.others_cfg = OthersCfg::OneMore;
        const PromptRow row = row_of(graph, reading, "prompt");
        const Overrides& o = row.overrides;
        QCOMPARE(row.prompt, std::string("a fox"));
        QVERIFY(o.prompt_2 == "a red fox" && o.negative_prompt == "fog");
        QVERIFY(o.seed == 7u && o.steps == 4 && o.width == 1024 && o.height == 768);
        QVERIFY(o.sampler == "euler" && !o.schedule && o.cfg_scale == 3 && o.shift == 3);
    }

    void swarmUisShiftIsRead() {
        const PromptRow row = row_of(R"({"sui_image_params": {"prompt": "a fox", "sigmashift": 3.5}})");
        QVERIFY(row.overrides.shift == 3.5);
    }

    void graphsThatCannotBeFollowedAreRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("a prompt alone") << QByteArray("a dog");  // Easy Diffusion's
        QTest::newRow("no sampler") << QByteArray(
            R"({"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a"}}})");
        QTest::newRow("no text") << QByteArray(
            R"({"3": {"inputs": {"steps": 4, "positive": ["6", 0]}}, "6": {"inputs": {"text": ["6", 0], "conditioning": ["6", 0]}}})");
        QTest::newRow("samplers in a circle") << QByteArray(
            R"({"3": {"inputs": {"steps": 4, "positive": ["6", 0], "latent_image": ["3", 0]}}, "6": {"inputs": {"text": "a"}}})");
        QTest::newRow("strange nodes") << QByteArray(
            R"({"3": 4, "5": {"inputs": [1]}, "7": {"inputs": {"steps": 1, "positive": [1, 2]}}})");
    }
    void graphsThatCannotBeFollowedAreRefused() {
        QFETCH(QByteArray, text);
        const QString error = error_of(write_png("a.png", text.toStdString(), "prompt"));
        QVERIFY2(error.endsWith("a.png does not tell how it was made; leave it out."), qPrintable(error));
    }

    void relativesOfFooocusAreRead() {
        const PromptRow row = row_of(
            R"({"Prompt": "a fox", "Negative": "blurry", "steps": 30, "cfg": 8, "width": 64, "height": 128, "seed": 7,
                "sampler_name": "uni_pc", "scheduler": "karras", "software": "RuinedFooocus"})");
        QVERIFY(row.prompt == "a fox" && row.overrides.negative_prompt == "blurry" && row.overrides.cfg_scale == 8);
        QVERIFY(row.overrides.sampler == "unipc" && row.overrides.width == 64 && row.overrides.height == 128);
    }

    void otherObjectsAreRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("no prompt") << QByteArray(R"({"3": {"class_type": "KSampler", "inputs": {"seed": 1}}})");
        QTest::newRow("prompt is no text") << QByteArray(R"({"prompt": {"3": 1}, "seed": 4})");
        QTest::newRow("empty") << QByteArray("{}");
        QTest::newRow("a list") << QByteArray(R"([{"prompt": "a"}])");
        QTest::newRow("cut off") << QByteArray(swarm).chopped(20);
        QTest::newRow("params are no object") << QByteArray(R"({"sui_image_params": [1], "prompt": "a"})");
        QTest::newRow("key twice") << QByteArray(R"({"prompt": "a", "prompt": "b"})");
    }
    void otherObjectsAreRefused() {
        QFETCH(QByteArray, text);
        const QString error = error_of(write_png("a.png", text.toStdString()));
        QVERIFY2(error.endsWith("a.png does not tell how it was made; leave it out."), qPrintable(error));
    }

    void aPromptInBracesIsA1111s() {
        QCOMPARE(row_of("{red|blue} fox" + std::string(settings)).prompt, std::string("{red|blue} fox"));
        QCOMPARE(row_of("{\"red\"|blue} fox" + std::string(settings)).prompt, std::string("{\"red\"|blue} fox"));
        QCOMPARE(row_of("[fox:cat:0.5]" + std::string(settings)).prompt, std::string("[fox:cat:0.5]"));
    }

    void networksAreTakenOutAndNoted() {
        const std::string text = "a red fox <lora:foo:0.8> (bright:1.2)\nNegative prompt: <hypernet:bar:1>bad" +
                                 std::string(settings) + ", Lora hashes: \"foo: 0123\"";
        const PromptRow row = row_of(text);
        QCOMPARE(row.prompt, std::string("a red fox (bright:1.2)"));
        QCOMPARE(*row.overrides.negative_prompt, std::string("bad"));
        QCOMPARE(lora_texts(row.overrides.loras.value()), std::string("foo:0.8"));
        QVERIFY(row.overrides.tells_of_image);
        const auto notes = notes_of(text);
        QCOMPARE(notes.size(), size_t{1});
        QVERIFY2(notes[0].starts_with("\"<hypernet:bar:1>\" has no effect in 1 image ("), notes[0].c_str());
        QVERIFY(!row_of("a" + std::string(settings)).overrides.loras);
        // What no weight can be read of
        QVERIFY(notes_of("a <lora:foo:x>" + std::string(settings)).at(0).starts_with("\"<lora:foo:x>\" has no effect"));
        QCOMPARE(row_of("a <b> <lora:x" + std::string(settings)).prompt, std::string("a <b> <lora:x"));
    }

    void settingsWithoutEffectAreNotedOnce() {
        const std::string hires =
            std::string(settings) + ", Denoising strength: 0.5, Hires upscale: 2, Hires upscaler: Latent";
        write_png("a.png", "a" + std::string(settings));
        write_png("b.png", "b" + hires);
        write_png("c.png", "c" + hires);
        ListNotes notes;
        ListReading reading;
        reading.notes = &notes;
        QCOMPARE(load_prompts_or_images(folder_, reading).size(), size_t{3});
        QCOMPARE(notes.sentences().size(), size_t{1});
        QCOMPARE(
            notes.sentences()[0].text(),
            "The settings \"Denoising strength\", \"Hires upscale\" and \"Hires upscaler\" have no effect in 2 images "
            "(first " +
                (folder_ / "b.png").string() +
                "); every image is made from noise, in one pass and with the run's model");
    }

    void whatWasNotUsedIsNotNoted() {
        QVERIFY(notes_of("a" + std::string(settings) + ", Model: x, VAE: Automatic, Hires resize: 0x0, Tiling: False")
                    .empty());
        QVERIFY(notes_of(fooocus).empty());
    }

    void anUnknownSamplerIsLeftToTheModel() {
        const std::string end = ", CFG scale: 7, Seed: 5, Size: 64x64";
        write_png("a.png", "a\nSteps: 20, Sampler: Euler, Schedule type: Turbo" + end);
        const fs::path fast = write_png("b.png", "b\nSteps: 20, Sampler: DPM fast, Schedule type: Karras" + end);
        write_png("c.png", "c\nSteps: 20, Sampler: DPM adaptive Karras" + end);
        const fs::path lcm = write_png("d.png", "d\nSteps: 20, Sampler: LCM, Schedule type: Karras" + end);
        ListNotes notes;
        ListReading reading;
        reading.notes = &notes;
        const auto rows = load_prompts_or_images(folder_, reading);
        QVERIFY(rows[0].overrides.sampler == "euler" && rows[3].overrides.sampler == "lcm");
        QVERIFY(!rows[1].overrides.sampler && !rows[2].overrides.sampler);
        for (const PromptRow& row : rows) QVERIFY(!row.overrides.schedule);
        const auto said = texts_of(notes.sentences());
        QCOMPARE(said.size(), size_t{3});
        QVERIFY(said[0].starts_with("The schedule \"Turbo\" is not known in 1 image ("));
        QCOMPARE(said[1], "The samplers \"DPM fast\" and \"DPM adaptive Karras\" are not known in 2 images (first " +
                              fast.string() + "); the model's default is taken instead");
        QCOMPARE(said[2], "The schedule \"karras\" is not followed in 1 image (" + lcm.string() +
                              "); its sampler cannot, and the model's default is taken instead");
        // One image is read as in a folder.
        for (const auto& [image, sentence] : {std::pair{fast, "The sampler \"DPM fast\" is not known in 1 image ("},
                                              {lcm, "The schedule \"karras\" is not followed in 1 image ("}}) {
            ListNotes own;
            reading.notes = &own;
            QCOMPARE(load_prompts_or_images(image, reading).size(), size_t{1});
            QVERIFY(own.sentences().size() == 1 && own.sentences()[0].text().starts_with(sentence));
        }
    }

    void methodsThatDoNotSuitFlowsAreLeftToTheModel_data() {
        QTest::addColumn<QByteArray>("methods");
        QTest::addColumn<bool>("flow");
        QTest::addColumn<QString>("taken");
        QTest::addColumn<int>("notes");
        const QByteArray sde = "DPM++ 2M SDE, Schedule type: Karras";
        QTest::newRow("both suit") << QByteArray("Euler, Schedule type: Simple") << true << "euler simple" << 0;
        QTest::newRow("the sampler does not") << sde << true << "- -" << 1;
        QTest::newRow("for another model") << sde << false << "dpmpp_2m_sde karras" << 0;
        QTest::newRow("the schedule does not") << QByteArray("Euler, Schedule type: Normal") << true << "euler -" << 1;
        QTest::newRow("for each other") << QByteArray("DPM++ 2M, Schedule type: Karras") << true << "dpmpp_2m -" << 1;
    }
    void methodsThatDoNotSuitFlowsAreLeftToTheModel() {
        QFETCH(QByteArray, methods);
        QFETCH(bool, flow);
        ListNotes notes;
        ListReading reading;
        reading.notes = &notes;
        reading.is_for_flows = flow;
        const Overrides o =
            row_of("a fox\nSteps: 20, Sampler: " + methods.toStdString() + ", Seed: 5, Size: 64x64", reading).overrides;
        QTEST(QString::fromStdString(o.sampler.value_or("-") + " " + o.schedule.value_or("-")), "taken");
        QTEST(int(notes.sentences().size()), "notes");
    }

    void samplersOfOtherProgramsAreTranslated() {
        const auto sampler = [&](const char* name) {
            return row_of("a\nSteps: 20, Sampler: " + std::string(name) + ", CFG scale: 7, Seed: 5, Size: 64x64")
                .overrides;
        };
        QVERIFY(sampler("euler_a").sampler == "euler_ancestral");
        QVERIFY(sampler("dpm++2m karras").sampler == "dpmpp_2m" && sampler("dpm++2m karras").schedule == "karras");
        QVERIFY(sampler("DPM++ 2M SDE Karras").sampler == "dpmpp_2m_sde");
        QVERIFY(sampler("DPM2 a Karras").sampler == "dpm2_ancestral" && sampler("DPM2 a Karras").schedule == "karras");
        QVERIFY(sampler("DPM++ 3M SDE SGM Uniform").schedule == "sgm_uniform");
        QVERIFY(sampler("dpmpp_sde_gpu").sampler == "dpmpp_sde" && !sampler("dpmpp_sde_gpu").schedule);
    }

    void anEtaIsTakenBySamplersThatHaveOne() {
        const auto eta = [&](const char* pairs) {
            return row_of("a\nSteps: 20, CFG scale: 7, Seed: 5, Size: 64x64, " + std::string(pairs)).overrides.eta;
        };
        QVERIFY(eta("Sampler: Euler a, Eta: 0.5") == 0.5);
        QVERIFY(eta("Sampler: DDIM, Eta DDIM: 0.25, Eta: 0.5") == 0.25);
        QVERIFY(eta("Sampler: Euler a, Eta DDIM: 0.25") == std::nullopt);
        QVERIFY(eta("Sampler: Euler, Eta: 0.5") == std::nullopt);
    }

    void clipSkipIsWhatA1111MakesOfItForTheModel() {
        const auto skip = [&](const char* pair, std::optional<int> of_model) {
            ListReading reading;
            reading.a1111_clip_skip = of_model;
            return row_of("a" + std::string(settings) + pair, reading).overrides.clip_skip;
        };
        QCOMPARE(skip(", Clip skip: 1", std::nullopt), std::optional(0));
        QCOMPARE(skip(", Clip skip: 2", std::nullopt), std::optional(1));
        QCOMPARE(skip("", std::nullopt), std::optional<int>());
        QCOMPARE(skip(", Clip skip: 2", 0), std::optional(0));  // Stable Diffusion 2 pays no attention to it
        QCOMPARE(skip(", Clip skip: 1", 1), std::optional(1));
        QCOMPARE(skip(", Clip skip: 2, Version: fanlight 0.1.0", 0), std::optional(1));
        QVERIFY(notes_of("a" + std::string(settings) + ", Clip skip: 2")[0].find("acts on the prompt alone") !=
                std::string::npos);
    }

    void anImagesSeedIsANumber() {
        QVERIFY(row_of("a\nSteps: 20, Sampler: Euler, CFG scale: 7.0, Seed: 1234567.0, Size: 64x64").overrides.seed ==
                1234567u);
        const fs::path file = write_png("a.png", "a\nSteps: 20, Sampler: Euler, Seed: -1, Size: 64x64");
        QVERIFY(error_of(file).contains("seed must be a whole number"));
        const std::vector<uint8_t> rgb(8 * 8 * 3);
        replace_file(file,
                     encode_png({rgb.data(), 8, 8}, {{"fanlight", R"({"parameters": {"prompt": "a", "seed": -1}})"}}));
        QVERIFY(error_of(file).contains("seed must be a whole number"));
    }

    void allImagesThatCannotBeReadAreNamed() {
        write_png("a.png", "{}");
        write_png("b.png", "a\nSteps: 20, Sampler: Euler, Seed: 5, Size: 63x64");
        replace_file(folder_ / "c.png", "no image");
        const QStringList lines = error_of(folder_).split('\n');
        QCOMPARE(lines.size(), 3);
        QVERIFY(lines[0].contains("a.png") && lines[1].contains("b.png") && lines[2].contains("c.png"));
    }
};

FANLIGHT_TEST(TstForeignImages)
#include "tst_foreign_images.moc"
