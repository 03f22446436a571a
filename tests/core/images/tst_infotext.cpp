#include <QtTest>

#include "core/images/infotext.h"
#include "tests/support/test.h"

using namespace fanlight;

using Pairs = std::vector<std::pair<std::string, std::string>>;
Q_DECLARE_METATYPE(Pairs)

namespace {

ImageTask dog() {
    return {.prompt = "a dog",
            .seed = 965400086,
            .steps = 20,
            .cfg_scale = 7,
            .width = 512,
            .height = 768,
            .sampler = "dpmpp_2m",
            .schedule = "karras"};
}

Recipe starter() { return {.model = "starter", .model_hash = "0123456789abcdef0123456789abcdef"}; }

std::string shown(const Pairs& pairs) {
    std::string text;
    for (const auto& [key, value] : pairs) text += key + " = " + value + "\n";
    return text;
}

}  // namespace

class InfotextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writerFollowsTheFormat() {
        ImageTask p = dog();
        p.negative_prompt = "blurry,\nugly";
        p.clip_skip = 1;
        QCOMPARE(infotext(p, starter()),
                 std::string("a dog\nNegative prompt: blurry,\nugly\n"
                             "Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 965400086, "
                             "Size: 512x768, Model hash: 0123456789, Model: starter, Clip skip: 2, RNG: CPU, "
                             "Version: fanlight 0.1.0"));
    }

    void anEmphasisThatIsNotTheirDefaultIsNamed() {
        ImageTask p = dog();
        for (const Emphasis silent : {Emphasis::Literal, Emphasis::Original}) {
            p.emphasis = silent;
            QVERIFY(infotext(p, {}).find("Emphasis") == std::string::npos);
        }
        p.emphasis = Emphasis::NoNorm;
        const std::string text = infotext(p, {});
        QVERIFY(text.find(", Emphasis: No norm, ") != std::string::npos);
        QCOMPARE(parse_infotext(text).value("Emphasis"), std::string("No norm"));
        QCOMPARE(parse_infotext(infotext(dog(), {})).value("Emphasis"), std::string("Original"));
    }

    void anEtaIsCalledAsA1111CallsIt() {
        ImageTask p = dog();
        QVERIFY(infotext(p, {}).find("Eta") == std::string::npos);
        p.eta = 0.5;
        p.sampler = "euler_ancestral";
        QVERIFY(infotext(p, {}).find(", Eta: 0.5, ") != std::string::npos);
        p.sampler = "ddim";
        QVERIFY(infotext(p, {}).find(", Eta DDIM: 0.5, ") != std::string::npos);
    }

    /// Of a network that takes cfg_scale as an input.
    void twoScalesAreToldAsForgeTellsThem() {
        ImageTask p = dog();
        p.cfg_scale = 3.5;
        QVERIFY(infotext(p, {}).find(", CFG scale: 3.5, Seed: ") != std::string::npos);
        p.cfg_floor = most_cfg_scale;
        QVERIFY(infotext(p, {}).find(", CFG scale: 1, Distilled CFG Scale: 3.5, Seed: ") != std::string::npos);
        p.true_cfg_scale = 2;
        QVERIFY(infotext(p, {}).find(", CFG scale: 2, Distilled CFG Scale: 3.5, Seed: ") != std::string::npos);
    }

    /// In other programs 1 is no guidance, whatever the model.
    void aScaleThatBeginsAt0IsToldAsOthersCountIt() {
        ImageTask p = dog();
        p.cfg_floor = 0;
        p.cfg_scale = 0;
        QVERIFY(infotext(p, {}).find(", CFG scale: 1, Seed: ") != std::string::npos);
        p.cfg_scale = 4.5;
        QVERIFY(infotext(p, {}).find(", CFG scale: 5.5, Seed: ") != std::string::npos);
    }

    void textEncodersAreForgesModules() {
        Recipe recipe;
        recipe.components = {{vae_kind, "ae.safetensors", "", "0123456789abcdef"},
                             {text_encoder_kind, "clip_l.safetensors"},
                             {text_encoder_kind, "t5-v1_1-xxl-Q5_K_M.gguf"}};
        QVERIFY(
            infotext(dog(), recipe)
                .ends_with(", Version: fanlight 0.1.0, Module 1: ae, Module 2: clip_l, Module 3: t5-v1_1-xxl-Q5_K_M"));
        recipe.components.resize(1);
        QVERIFY(infotext(dog(), recipe).find("Module") == std::string::npos);
    }

    void whereNeitherScaleGuidesThereIsOne() {
        ImageTask p = dog();
        p.cfg_scale = 1;
        p.cfg_floor = most_cfg_scale;
        QVERIFY(infotext(p, {}).find(", CFG scale: 1, Seed: ") != std::string::npos);
    }

    void aScheduleIsCalledAsA1111CallsIt() {
        ImageTask p = dog();
        for (const auto& [name, label] :
             {std::pair{"sgm_uniform", "SGM Uniform"}, {"align_your_steps", "Align Your Steps"}}) {
            p.schedule = name;
            QCOMPARE(parse_infotext(infotext(p, {})).value("Schedule type"), std::string(label));
        }
        p.schedule = "trailing";
        QVERIFY(infotext(p, {}).find("Schedule type") == std::string::npos);
    }

    void lorasStandBehindThePromptAndAmongTheHashes() {
        Recipe recipe = starter();
        recipe.loras = {{.name = "sketch", .data_hash = "0123456789abcdef", .weight = 0.8},
                        {.name = "fog", .data_hash = "fedcba9876543210", .weight = 1}};
        const std::string text = infotext(dog(), recipe);
        QVERIFY(text.starts_with("a dog <lora:sketch:0.8> <lora:fog:1>\nSteps: 20"));
        QCOMPARE(parse_infotext(text).value("Lora hashes"), std::string("sketch: 0123456789ab, fog: fedcba987654"));
    }

    void anotherVaeStandsBesideTheModel() {
        Recipe recipe = starter();
        recipe.components = {{text_encoder_kind, "clip.safetensors", "/here/clip.safetensors", "fedcba9876543210"},
                             {vae_kind, "ft-mse.safetensors", "/here/ft-mse.safetensors", "0123456789abcdef"}};
        const InfoText read = parse_infotext(infotext(dog(), recipe));
        QCOMPARE(read.value("VAE"), std::string("ft-mse.safetensors"));
        QCOMPARE(read.value("VAE hash"), std::string("0123456789"));
    }

    void aRefinerIsToldAsA1111TellsIt() {
        Recipe recipe = starter();
        recipe.components = {{refiner_kind, "sd_xl_refiner_1.0", "/here/r.safetensors", "0123456789abcdef"}};
        ImageTask p = dog();
        QVERIFY(infotext(p, recipe).find("Refiner") == std::string::npos);
        p.refiner_switch = 0.8;
        QVERIFY(infotext(p, recipe).find(", Refiner: sd_xl_refiner_1.0 [0123456789], Refiner switch at: 0.8, ") !=
                std::string::npos);
    }

    void whatSaysNothingIsLeftOut() {
        ImageTask p = dog();
        p.schedule = "default";
        p.cfg_scale = 7.5;
        QCOMPARE(infotext(p, {}), std::string("a dog\nSteps: 20, Sampler: DPM++ 2M, CFG scale: 7.5, Seed: 965400086, "
                                              "Size: 512x768, RNG: CPU, Version: fanlight 0.1.0"));
    }

    void blanksAroundTheTextAreStripped() {
        ImageTask p = dog();
        p.prompt = " \n a dog";
        QVERIFY(infotext(p, {}).starts_with("a dog\nSteps: 20"));
        p.prompt = "";
        QVERIFY(infotext(p, {}).starts_with("Steps: 20"));
    }

    void valuesAreQuotedOnlyWhenNeeded_data() {
        QTest::addColumn<std::string>("model");
        QTest::addColumn<std::string>("written");
        QTest::newRow("plain") << std::string("v1-5 (pruned)") << std::string("Model: v1-5 (pruned)");
        QTest::newRow("comma") << std::string("a, b") << std::string("Model: \"a, b\"");
        QTest::newRow("colon") << std::string("c:d") << std::string("Model: \"c:d\"");
        QTest::newRow("newline") << std::string("a\nb") << std::string("Model: \"a\\nb\"");
        QTest::newRow("quotes in quotes") << std::string("\"a\", \\") << std::string("Model: \"\\\"a\\\", \\\\\"");
        QTest::newRow("Arabic stays") << std::string("نموذج, ١") << std::string("Model: \"نموذج, ١\"");
        QTest::newRow("value equals key") << std::string("Model") << std::string("Size: 512x768, Model, RNG");
    }

    void valuesAreQuotedOnlyWhenNeeded() {
        QFETCH(std::string, model);
        QFETCH(std::string, written);
        const std::string text = infotext(dog(), {.model = model});
        QVERIFY2(text.find(written + (written.ends_with("RNG") ? ":" : ", RNG:")) != std::string::npos, text.c_str());
        if (model != "Model") QCOMPARE(parse_infotext(text).value("Model"), model);
    }

    void parameterLinesAreTakenApart_data() {
        QTest::addColumn<std::string>("line");
        QTest::addColumn<Pairs>("pairs");
        const auto row = [](const char* name, const std::string& line, const Pairs& pairs) {
            QTest::newRow(name) << line << pairs;
        };
        row("two pairs are a prompt", "Steps: 20, Sampler: Euler a", {});
        row("one-letter keys are dropped", "Steps: 5, X: 3, Ab: 4, Q-x/y: z",
            {{"Steps", "5"}, {"Ab", "4"}, {"Q-x/y", "z"}});
        row("quoted values keep commas and colons",
            "Steps: 20, Lora hashes: \"add_detail: 7c6bad76eb54, foo: 1234567890ab\", TI hashes: \"EasyNegative: "
            "c74b4e810b03\", Version: v1.10.1",
            {{"Steps", "20"},
             {"Lora hashes", "add_detail: 7c6bad76eb54, foo: 1234567890ab"},
             {"TI hashes", "EasyNegative: c74b4e810b03"},
             {"Version", "v1.10.1"}});
        row("quoted values are JSON strings",
            "Steps: 20, Sampler: Euler, CFG scale: 1, Hires prompt: \"a \\\"quoted\\\", text:\\nline2\", Size: 64x64",
            {{"Steps", "20"},
             {"Sampler", "Euler"},
             {"CFG scale", "1"},
             {"Hires prompt", "a \"quoted\", text:\nline2"},
             {"Size", "64x64"}});
        row("a quoted value that is not a JSON stays raw", "Ab: \"\\q\", Cd: 1, Ef: 2",
            {{"Ab", "\"\\q\""}, {"Cd", "1"}, {"Ef", "2"}});
        row("an open quote ends at the comma", "Ab: \"x, Cd: 1, Ef: 2", {{"Ab", "\"x"}, {"Cd", "1"}, {"Ef", "2"}});
        row("empty quotes are kept", "Ab: \"\", Cd: 1, Ef:", {{"Ab", "\"\""}, {"Cd", "1"}, {"Ef", ""}});
        row("JSON arrays are whole",
            "Steps: 30, Clip skip: 2, Civitai resources: "
            "[{\"type\":\"checkpoint\",\"modelVersionId\":290640},{\"type\":\"a]b\",\"weight\":0.4}], Version: 1",
            {{"Steps", "30"},
             {"Clip skip", "2"},
             {"Civitai resources",
              "[{\"type\":\"checkpoint\",\"modelVersionId\":290640},{\"type\":\"a]b\",\"weight\":0.4}]"},
             {"Version", "1"}});
        row("JSON objects are whole", "Steps: 1, Seed: 2, SDCPP: {\"a\":[1,2],\"b\":{\"c\":\"}\"}}",
            {{"Steps", "1"}, {"Seed", "2"}, {"SDCPP", "{\"a\":[1,2],\"b\":{\"c\":\"}\"}}"}});
        row("an open bracket ends at the comma", "Ab: [x, Cd: 1, Ef: 2", {{"Ab", "[x"}, {"Cd", "1"}, {"Ef", "2"}});
        row("stable-diffusion.cpp",
            "Steps: 20, CFG scale: 7.000000, Guidance: 3.500000, Eta: 0.000000, Seed: 42, Size: 512x512, Model: "
            "a.gguf, RNG: "
            "cuda, Sampler: euler_a karras, TE: a, TE: b, Version: stable-diffusion.cpp",
            {{"Steps", "20"},
             {"CFG scale", "7.000000"},
             {"Guidance", "3.500000"},
             {"Eta", "0.000000"},
             {"Seed", "42"},
             {"Size", "512x512"},
             {"Model", "a.gguf"},
             {"RNG", "cuda"},
             {"Sampler", "euler_a karras"},
             {"TE", "a"},
             {"TE", "b"},
             {"Version", "stable-diffusion.cpp"}});
        row("old batch fields",
            "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 768x768, Model hash: 2c02b20a, Batch size: 9, "
            "Batch "
            "pos: 0",
            {{"Steps", "20"},
             {"Sampler", "Euler a"},
             {"CFG scale", "7"},
             {"Seed", "1"},
             {"Size", "768x768"},
             {"Model hash", "2c02b20a"},
             {"Batch size", "9"},
             {"Batch pos", "0"}});
        row("keys in other scripts", "Größe: 1, خطوات: 2, シード: 3",
            {{"Größe", "1"}, {"خطوات", "2"}, {"シード", "3"}});
        row("no blanks", "Steps:1,Seed:2,Size:3x4", {{"Steps", "1"}, {"Seed", "2"}, {"Size", "3x4"}});
    }

    void parameterLinesAreTakenApart() {
        QFETCH(std::string, line);
        QFETCH(Pairs, pairs);
        const InfoText info = parse_infotext("a cat\n" + line);
        QCOMPARE(shown(info.pairs), shown(pairs));
        QCOMPARE(info.prompt, pairs.empty() ? "a cat\n" + line : "a cat");
    }

    void promptsAreTakenApart_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("prompt");
        QTest::addColumn<std::string>("negative");
        const std::string line = "\nSteps: 20, Sampler: Euler a, Seed: 1";
        const auto row = [](const char* name, const std::string& text, const std::string& prompt,
                            const std::string& negative) { QTest::newRow(name) << text << prompt << negative; };
        row("empty", "", "", "");
        row("only a prompt", "a cat", "a cat", "");
        row("only parameters", "Steps: 20, Sampler: Euler a, Seed: 1", "", "");
        row("both prompts", "a cat\nNegative prompt: a dog" + line, "a cat", "a dog");
        row("no parameters", "a cat\nNegative prompt: a dog", "a cat", "a dog");
        row("many lines", "a\n\n  b  \nNegative prompt: c\n d" + line, "a\n\nb", "c\nd");
        row("CRLF", "a\r\nNegative prompt: c\r\nd\r\nSteps: 1, Seed: 2, Size: 3x4\r\n", "a", "c\nd");
        row("no prompt", "Negative prompt: c" + line, "", "c");
        row("second mark is text", "a\nNegative prompt: c\nNegative prompt: d" + line, "a", "c\nNegative prompt: d");
        row("mark within a line is text", "a Negative prompt: c" + line, "a Negative prompt: c", "");
        row("LoRA stays", "sky<lora:Anime_art:1.2>" + line, "sky<lora:Anime_art:1.2>", "");
        row("Arabic and emoji", "قطة 🐈\nNegative prompt: كلب" + line, "قطة 🐈", "كلب");
        row("hypernetwork", "a\nSteps: 1, Hypernet: h, Hypernet strength: 0.5", "a<hypernet:h:0.5>", "");
        row("hypernetwork, usual strength", "a\nSteps: 1, Hypernet: h, Seed: 2", "a<hypernet:h:1.0>", "");
        row("dachshund",
            "oil painting of a dachshund wearing a top hat\nNegative prompt: canvas frame, cartoon, 3d, "
            "((disfigured)), ((bad "
            "art)), [out of frame], extra fingers" +
                line,
            "oil painting of a dachshund wearing a top hat",
            "canvas frame, cartoon, 3d, ((disfigured)), ((bad art)), [out of frame], extra fingers");
    }

    void promptsAreTakenApart() {
        QFETCH(std::string, text);
        QFETCH(std::string, prompt);
        QFETCH(std::string, negative);
        const InfoText info = parse_infotext(text);
        QCOMPARE(info.prompt, prompt);
        QCOMPARE(info.negative_prompt, negative);
    }

    void templatesHaveSectionsOfTheirOwn() {
        const InfoText info = parse_infotext(
            "a red cat\nNegative prompt: \nTemplate: a __color__ cat\nby hand\nNegative template: {x|y}\nSteps: 20, "
            "Seed: 1, "
            "Size: 8x8");
        QCOMPARE(info.prompt, std::string("a red cat"));
        QCOMPARE(info.negative_prompt, std::string());
        QCOMPARE(info.prompt_template, std::string("a __color__ cat\nby hand"));
        QCOMPARE(info.negative_prompt_template, std::string("{x|y}"));
        QCOMPARE(parse_infotext("a\nTemplate: b").prompt, std::string("a\nTemplate: b"));
    }

    void absentKeysHaveA1111sMeaning() {
        const InfoText info = parse_infotext("a\nSteps: 1, Seed: 2, TE: a, TE: b");
        QCOMPARE(info.value("Clip skip"), std::string("1"));
        QCOMPARE(info.value("RNG"), std::string("GPU"));
        QCOMPARE(info.value("Schedule type"), std::string("Automatic"));
        QCOMPARE(info.value("Hires resize"), std::string("0x0"));
        QCOMPARE(info.value("Model"), std::string());
        QCOMPARE(info.value("TE"), std::string("b"));
        const InfoText old = parse_infotext("a\nSteps: 1, Seed: 2, First pass size: 64x96");
        QCOMPARE(old.value("Hires resize"), std::string("64x96"));
    }

    void sizesAreTwoIntegers_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("plain") << std::string("512x768") << 512 << 768;
        for (const char* text :
             {"", "512", "512x", "x512", "512x768x3", "512 x 768", "-1x2", "99999999999x1", "1x99999999999"})
            QTest::newRow(*text ? text : "empty") << std::string(text) << -1 << -1;
    }

    void sizesAreTwoIntegers() {
        QFETCH(std::string, text);
        QFETCH(int, width);
        QFETCH(int, height);
        QCOMPARE(parse_size(text).value_or(std::pair{-1, -1}), (std::pair{width, height}));
    }

    void ownTextsReadBack() {
        ImageTask p = dog();
        p.prompt = "قطة (black:1.2), 🐈\nSteps: 3, not the line";
        p.negative_prompt = "a: b, c";
        const InfoText info = parse_infotext(infotext(p, starter()));
        QCOMPARE(info.prompt, p.prompt);
        QCOMPARE(info.negative_prompt, p.negative_text());
        QCOMPARE(info.value("Sampler"), std::string("DPM++ 2M"));
        QCOMPARE(info.value("Seed"), std::string("965400086"));
        QCOMPARE(info.pairs.size(), size_t{10});
    }

    void hostileLinesTakeLinearTime_data() {
        QTest::addColumn<std::string>("unit");
        for (const char* unit : {"a", "aa:[,", "aa:\"x,", "aa:{\"", "aa:\"\\\",", "aa:[aa:", "a ", ": ", "\xFF", "é:"})
            QTest::newRow(QByteArray(unit).toPercentEncoding()) << std::string(unit);
    }

    void hostileLinesTakeLinearTime() {
        QFETCH(std::string, unit);
        std::string line;
        while (line.size() < (4u << 20)) line += unit;  // quadratic time would take hours
        const InfoText info = parse_infotext(line);
        QVERIFY(info.pairs.size() * 3 <= line.size());
    }

    void hostileBytesNeverCrash() {
        const std::string alphabet = "ab:, \"\\[]{}\n-/x1\xD9\x82\xFF";
        uint32_t random = 3;
        for (int round = 0; round < 50000; ++round) {
            std::string text;
            for (int i = 0; i < 40; ++i)
                text += alphabet[(random = random * 1664525u + 1013904223u) / 65536 % alphabet.size()];
            const InfoText info = parse_infotext(text);
            QVERIFY(info.pairs.empty() || info.pairs.size() >= 3);
        }
    }
};

FANLIGHT_TEST(InfotextTest)
#include "tst_infotext.moc"
