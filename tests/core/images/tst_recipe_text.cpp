#include <QtTest>

#include "core/base/json.h"
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

    void imageCarriesBothTexts() {
        const auto texts = read_png_texts(png_of(dog(), starter()));
        QCOMPARE(texts.size(), size_t{2});
        QCOMPARE(texts[0].keyword, std::string("parameters"));
        QVERIFY(texts[0].text.starts_with("a dog\nNegative prompt: قطة\nSteps: 20, Sampler: Euler, "));
        QCOMPARE(texts[1].keyword, std::string("fanlight"));
        QCOMPARE(texts[1].text, recipe_text(image_of(dog()), starter()));
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

    void whatAnImageTellsIsReadBack() {
        Recipe recipe = starter();
        recipe.loras = {{.name = "sketch", .hash = "abc", .data_hash = "d", .weight = 0.8}};
        const auto [parameters, read] = read_recipe_text(recipe_text(image_of(dog()), recipe), "image");
        QVERIFY(parameters == image_of(dog()));
        QVERIFY(read == recipe);
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
