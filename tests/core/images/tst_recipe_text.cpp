#include <QtTest>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/images/infotext.h"
#include "core/images/png_writer.h"
#include "core/images/recipe_text.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

Item dog() {
    return {.index = 3,
            .row = 1,
            .place = "00003-42-a-dog.png",
            .task = ImageTask{.prompt = "a dog",
                              .negative_prompt = "قطة",
                              .seed = 18446744073709551615u,
                              .steps = 20,
                              .cfg_scale = 7.5,
                              .width = 8,
                              .height = 8,
                              .sampler = "euler",
                              .schedule = "default"}};
}

Recipe starter() { return {.model = "starter", .model_hash = "abc", .batch_size = 2}; }

std::string png_of(const Item& item, const Recipe& recipe) {
    const std::vector<uint8_t> rgb(8 * 8 * 3, 7);
    return encode_png({rgb.data(), 8, 8}, image_texts(item, recipe));
}

}  // namespace

class RecipeTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textIsPinned() {
        QCOMPARE(
            recipe_text(image_of(dog()), starter()),
            std::string(R"({"parameters":{"cfg_scale":7.5,"clip_skip":0,"height":8,"negative_prompt":"قطة",)"
                        R"("prompt":"a dog","sampler":"euler","schedule":"default","seed":18446744073709551615,)"
                        R"("steps":20,"width":8},"program":"fanlight","recipe":{"batch_size":2,"device_kind":"cpu",)"
                        R"("dtype":"float32","model":"starter","model_hash":"abc"},"version":"0.1.0"})"));
    }

    void whatTheNetworkPredictsIsToldIfTheModelDoesNot() {
        Recipe recipe = starter();
        recipe.prediction = "v_prediction";
        recipe.zero_snr = true;
        const std::string text = recipe_text(image_of(dog()), recipe);
        QVERIFY(text.find(R"("prediction":"v_prediction","zero_snr":true)") != std::string::npos);
        const Recipe read = read_recipe_text(text, "").second;
        QVERIFY(read.prediction == "v_prediction" && read.zero_snr);
        QVERIFY(!same_recipe(png_of(dog(), starter()), dog(), recipe));
    }

    void tilesAreToldIfThereAreAny() {
        Recipe recipe = starter();
        recipe.vae_tiling = true;
        const std::string text = recipe_text(image_of(dog()), recipe);
        QVERIFY(text.find(R"("vae_tiling":true)") != std::string::npos);
        QVERIFY(read_recipe_text(text, "").second.vae_tiling);
        QVERIFY(!same_recipe(png_of(dog(), starter()), dog(), recipe));
    }

    void textsThatTheCpuHasReadAreTold() {
        Recipe recipe = starter();
        recipe.device_kind = "cuda";
        recipe.text_device_kind = "cpu";
        const std::string text = recipe_text(image_of(dog()), recipe);
        QCOMPARE(read_recipe_text(text, "").second.text_device_kind, std::string("cpu"));
        recipe.device_kind = "cpu";
        QVERIFY_THROWS_EXCEPTION(UsageError, read_recipe_text(recipe_text(image_of(dog()), recipe), ""));
    }

    void imageCarriesBothTexts() {
        const auto texts = read_png_texts(png_of(dog(), starter()));
        QCOMPARE(texts.size(), size_t{2});
        QCOMPARE(texts[0].keyword, std::string("parameters"));
        QVERIFY(texts[0].text.starts_with("a dog\nNegative prompt: قطة\nSteps: 20, Sampler: Euler, "));
        QCOMPARE(texts[1].keyword, std::string("fanlight"));
        QCOMPARE(texts[1].text, recipe_text(image_of(dog()), starter()));
    }

    void aNegativeSeedIsRefused() {
        std::string text = recipe_text(image_of(dog()), starter());
        const std::string seed = "18446744073709551615";
        QCOMPARE(read_recipe_text(text, "").first.seed, uint64_t{18446744073709551615u});
        text.replace(text.find(seed), seed.size(), "-1");
        QVERIFY_THROWS_EXCEPTION(Error, read_recipe_text(text, ""));
    }

    void placeInTheRunIsNoPartOfTheImage() {
        Item elsewhere = dog();
        elsewhere.index = 9;
        elsewhere.row = 9;
        elsewhere.place = "other.png";
        QCOMPARE(png_of(elsewhere, starter()), png_of(dog(), starter()));
        QVERIFY(same_recipe(png_of(elsewhere, starter()), dog(), starter()));
    }

    void whereALoraLiesIsNoPartOfTheImage() {
        Recipe here = starter(), there = starter();
        here.loras = {{.name = "sketch", .file = "/here/sketch.safetensors", .hash = "abc", .weight = 0.8}};
        there.loras = {{.name = "sketch", .file = "/there/sketch.safetensors", .hash = "abc", .weight = 0.8}};
        QCOMPARE(png_of(dog(), here), png_of(dog(), there));
        there.loras.front().weight = 0.9;
        QVERIFY(!same_recipe(png_of(dog(), here), dog(), there));
    }

    void whereAComponentLiesIsNoPartOfTheImage() {
        Recipe here = starter(), there = starter();
        here.components = {{vae_kind, "a.safetensors", "/here/a.safetensors", "abc"}};
        there.components = {{vae_kind, "a.safetensors", "/there/a.safetensors", "abc"}};
        QCOMPARE(png_of(dog(), here), png_of(dog(), there));
        there.components.front().hash = "abd";
        QVERIFY(!same_recipe(png_of(dog(), here), dog(), there));
    }

    void anImageTellsOfTheEmbeddingsThatItCalls() {
        Recipe here = starter(), there = starter();
        here.embeddings = {{"moss", "/here/moss.safetensors", "abc"},
                           {"a, b", "/here/a.safetensors", "0123456789abcdef"}};
        there.embeddings = {{"a, b", "/there/a.safetensors", "0123456789abcdef"}};
        QCOMPARE(png_of(dog(), here), png_of(dog(), starter()));
        Item item = dog();
        item.task.edit<ImageTask>().layout = Shared(PromptLayout{.embeddings = {"a, b"}});
        QCOMPARE(png_of(item, here), png_of(item, there));
        QVERIFY(same_recipe(png_of(item, here), item, there));
        QCOMPARE(parse_infotext(image_texts(item, here).front().text).value("TI hashes"),
                 std::string("a b: 0123456789ab"));
        there.embeddings.front().hash = "def";
        QVERIFY(!same_recipe(png_of(item, here), item, there));
    }

    void whatAnImageTellsIsReadBack() {
        Recipe recipe = starter();
        recipe.components = {{vae_kind, "a.safetensors", "", "abc"}};
        recipe.loras = {{.name = "sketch", .hash = "abc", .data_hash = "d", .weight = 0.8}};
        recipe.embeddings = {{.name = "moss", .hash = "def"}};
        const auto [parameters, read] = read_recipe_text(recipe_text(image_of(dog()), recipe), "image");
        QVERIFY(parameters == image_of(dog()));
        QVERIFY(read == recipe);
    }

    void whatIsNotUsualIsReadBack() {
        Item item = dog();
        auto& image = item.task.edit<ImageTask>();
        image.sampler = "ddim";
        image.eta = 0.5;
        image.rescale_cfg = 0.7;
        image.cfg_end = 0.4;
        image.true_cfg_scale = 2.5;
        image.subseed = 18446744073709551615u;
        image.subseed_strength = 0.25;
        image.refiner_switch = 0.75;
        image.prompt_2 = "a قطة";
        image.negative_prompt_2 = "grey";
        image.steps = 3;
        image.timesteps = Shared(Timesteps{900, 500, 0});
        const std::string text = recipe_text(image, starter());
        QVERIFY(text.find(R"("cfg_end":0.4,)") != std::string::npos && text.find(R"("eta":0.5,)") != std::string::npos);
        QVERIFY(text.find(R"("negative_prompt_2":"grey",)") != std::string::npos);
        QVERIFY(read_recipe_text(text, "image").first == image);
        QVERIFY(!same_recipe(png_of(item, starter()), dog(), starter()));
        for (const char* key : {"\"eta\":0.5", "\"rescale_cfg\":0.7", "\"cfg_end\":0.4", "\"subseed_strength\":0.25",
                                "\"refiner_switch\":0.75", "\"true_cfg_scale\":2.5", "\"timesteps\":\"900,500,0\""}) {
            std::string hostile = text;
            const std::string name = std::string(key).substr(0, std::string(key).find(':') + 1);
            hostile.replace(hostile.find(key), std::string(key).size(), name + "-1");
            QVERIFY_THROWS_EXCEPTION(Error, read_recipe_text(hostile, "image"));
        }
    }

    void whatCannotBeIsRefused_data() {
        QTest::addColumn<QString>("old");
        QTest::addColumn<QString>("replacement");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* old, const char* replacement, const char* sentence) {
            QTest::newRow(replacement) << old << replacement << sentence;
        };
        row("\"height\":8", "\"height\":1000000000", "image.png: height must be a multiple of 8 from 8 to 16384");
        row("\"height\":8", "\"height\":20000", "image.png: height must be a multiple of 8 from 8 to 16384");
        row("\"width\":8", "\"width\":-16", "image.png: width must be a multiple of 8");
        row("\"width\":8", "\"width\":17.9", "image.png, parameters: \"width\" must be a whole number");
        row("\"width\":8", "\"width\":1e24", "image.png, parameters: \"width\" must be a whole number");
        row("18446744073709551615", "-1", "image.png, parameters: \"seed\" must be a whole number from 0");
        row("\"steps\":20", "\"steps\":true", "image.png, parameters: \"steps\" has the wrong type (boolean)");
        row("\"steps\":20", "\"steps\":100000", "image.png: steps must be a whole number from 1 to 1000");
        row("\"cfg_scale\":7.5", "\"cfg_scale\":1e300", "image.png: cfg_scale must be a number from 0 to 100");
        row("\"clip_skip\":0", "\"clip_skip\":-1", "image.png: clip_skip must be a whole number from 0");
        row("\"euler\"", "\"best\"", "image.png: sampler must be one of");
        row("\"batch_size\":2", "\"batch_size\":4294967297",
            "image.png, recipe: \"batch_size\" must be a whole number");
        row("\"batch_size\":2", "\"batch_size\":0", "image.png: batch_size must be a whole number from 1 to 1024");
        row("\"float32\"", "\"float31\"", "image.png: there is no dtype");
        row("\"model_hash\"", "\"model_hush\"", "image.png, recipe: \"model_hash\" is missing");
    }
    void whatCannotBeIsRefused() {
        QFETCH(QString, old);
        QFETCH(QString, replacement);
        QFETCH(QString, sentence);
        QString text = QString::fromStdString(recipe_text(image_of(dog()), starter()));
        QVERIFY(text.contains(old));
        text.replace(old, replacement);
        QString said = "it was taken";
        try {
            read_recipe_text(text.toStdString(), "image.png");
        } catch (const Error& error) {
            said = error.what();
        }
        QVERIFY2(said.startsWith(sentence), qPrintable(said));
    }

    void everyOtherRecipeIsNoticed_data() {
        QTest::addColumn<std::string>("png");
        Item item = dog();
        item.task.edit<ImageTask>().seed = 1;
        QTest::newRow("seed") << png_of(item, starter());
        item = dog();
        item.task.edit<ImageTask>().prompt = "a dog ";
        QTest::newRow("prompt") << png_of(item, starter());
        Recipe recipe = starter();
        recipe.device_kind = "cuda";
        QTest::newRow("device kind") << png_of(dog(), recipe);
        recipe = starter();
        recipe.loras = {{.name = "sketch", .hash = "abc", .weight = 0.8}};
        QTest::newRow("LoRA") << png_of(dog(), recipe);
        const std::string png = png_of(dog(), starter());
        QTest::newRow("cut short") << png.substr(0, png.size() - 1);
        QTest::newRow("appended to") << png + "\n";
        QTest::newRow("no texts") << png.substr(0, 33) + png.substr(png.find("IDAT") - 4);
        QTest::newRow("no PNG") << std::string("GIF89a");
        QTest::newRow("empty") << std::string();
    }

    void threadsAreNoPartOfTheImage() {
        Recipe recipe = starter();
        recipe.threads = 2;
        QVERIFY(same_recipe(png_of(dog(), recipe), dog(), starter()));
    }

    void everyOtherRecipeIsNoticed() {
        QFETCH(std::string, png);
        QVERIFY(!same_recipe(png, dog(), starter()));
    }

    void unusualPromptsAreRecognisedAgain() {
        for (const std::string& prompt : {std::string("a\0b", 3), std::string("\xFF no UTF-8"), std::string("café"),
                                          std::string("\"quoted\"\\\n\t"), std::string("Ã©")}) {
            Item item = dog();
            item.task.edit<ImageTask>().prompt = prompt;
            QVERIFY(same_recipe(png_of(item, starter()), item, starter()));
        }
    }
};

FANLIGHT_TEST(RecipeTextTest)
#include "tst_recipe_text.moc"
