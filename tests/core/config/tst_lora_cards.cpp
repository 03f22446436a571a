#include "core/config/lora_cards.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/families/families.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// What a list of LoRAs shows of each.
class TestLoraCards : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path loras_;

    ModelPlaces places() const {
        ModelPlaces places{fs::path()};
        places.loras = {loras_};
        return places;
    }

    /// JSON in JSON is written with ' for quotes.
    void write(const std::string& name, const std::string& text) const {
        replace_file(loras_ / name, QString::fromStdString(text).replace('\'', "\\\"").toStdString());
    }

    void add(const std::string& name) const {
        fs::create_directories((loras_ / name).parent_path());
        fs::copy_file(source_path("/tests/golden/data/lora/kohya.safetensors"), loras_ / (name + ".safetensors"));
    }

    LoraCard only() const {
        const auto cards = list_loras(places(), nullptr);
        if (cards.size() != 1) qFatal("%zu LoRAs", cards.size());
        return cards.front();
    }

private Q_SLOTS:
    void init() {
        loras_ = fs::path(dir_.filePath("loras").toStdString());
        fs::remove_all(loras_);
        fs::create_directories(loras_);
    }

    void aLoraAloneHasItsName() {
        add("styles/ink");
        const LoraCard card = only();
        QCOMPARE(card.name, std::string("styles/ink"));
        QVERIFY(card.picture.empty() && card.trigger.empty() && !card.weight && card.problem.empty());
    }

    void whatOtherProgramsSayOfItIsRead_data() {
        QTest::addColumn<QString>("ending");
        QTest::addColumn<QString>("json");
        QTest::newRow("A1111") << ".json"
                               << R"({"activation text": "ink wash", "preferred weight": 0.7, "sd version": "SD1"})";
        QTest::newRow("LoRA manager")
            << ".metadata.json"
            << R"({"civitai": {"trainedWords": ["ink", "wash"]}, "base_model": "SD 1.5", "usage_tips": "{'strength': 0.7}"})";
        QTest::newRow("Civitai helper") << ".civitai.info"
                                        << R"({"trainedWords": ["ink", " wash "], "baseModel": "SD 1.5"})";
    }
    void whatOtherProgramsSayOfItIsRead() {
        add("ink");
        QFETCH(QString, ending);
        QFETCH(QString, json);
        write("ink" + ending.toStdString(), json.toStdString());
        const LoraCard card = only();
        QVERIFY2(card.trigger == "ink, wash" || card.trigger == "ink wash", card.trigger.c_str());
        QVERIFY2(card.base_model.starts_with("SD"), card.base_model.c_str());
        QCOMPARE(card.weight, ending == ".civitai.info" ? std::optional<double>() : std::optional(0.7));
    }

    void theUsersOwnNotesComeFirst() {
        add("ink");
        write("ink.json", R"({"activation text": "mine", "preferred weight": 0, "notes": "soft"})");
        write("ink.metadata.json", R"({"civitai": {"trainedWords": ["theirs"]}, "usage_tips": "{'strength': 2}"})");
        write("ink.preview.png", "a picture");
        write("ink.png", "another");
        const LoraCard card = only();
        QCOMPARE(card.trigger, std::string("mine"));
        QCOMPARE(card.notes, std::string("soft"));
        QCOMPARE(card.weight, std::optional(2.0));
        QCOMPARE(card.picture, loras_ / "ink.preview.png");
    }

    void strangeFilesBesideItDoNotMatter_data() {
        QTest::addColumn<QString>("json");
        QTest::newRow("no JSON") << "{";
        QTest::newRow("a list") << "[1]";
        QTest::newRow("other types") << R"({"activation text": 3, "preferred weight": "much", "usage_tips": [1]})";
        QTest::newRow("too much") << R"({"preferred weight": 1e300, "usage_tips": "{'strength': 1e9}"})";
        QTest::newRow("tips that are no JSON") << "{\"usage_tips\": \"{\"}";
    }
    void strangeFilesBesideItDoNotMatter() {
        add("ink");
        QFETCH(QString, json);
        write("ink.json", json.toStdString());
        const LoraCard card = only();
        QVERIFY(card.trigger.empty() && !card.weight && card.problem.empty());
    }

    void whyOneCannotBeUsedIsSaid() {
        fs::copy_file(source_path("/tests/golden/data/lora/xl_original.safetensors"), loras_ / "ink.safetensors");
        write("broken.safetensors", "no LoRA");
        const KnownModel starter = open_model_files(source_path("/resources/starter/model"));
        const auto cards = list_loras(places(), &starter);
        QCOMPARE(cards.size(), size_t{2});
        QVERIFY2(!cards[0].problem.empty(), "a broken file");
        QVERIFY2(cards[1].problem.text().find("is a LoRA for Stable Diffusion XL") != std::string::npos,
                 cards[1].problem.text().c_str());
        const KnownModel xl = open_model_files(source_path("/tests/golden/data/pipelines/sdxl"));
        QVERIFY(list_loras(places(), &xl)[1].problem.empty());
    }

    /// Models of a family have layers of several widths.
    void oneOfAnotherWidthCannotBeUsed() {
        fs::copy_file(source_path("/tests/golden/data/lora/kohya.safetensors"), loras_ / "ink.safetensors");
        const KnownModel own = open_model_files(source_path("/tests/golden/data/pipelines/sd1")),
                         other = open_model_files(source_path("/resources/starter/model"));
        const auto problem_with = [&](const KnownModel& model) { return list_loras(places(), &model)[0].problem; };
        QVERIFY2(problem_with(own).empty(), problem_with(own).text().c_str());
        QVERIFY2(problem_with(other).text().find("ink.safetensors") != std::string::npos,
                 problem_with(other).text().c_str());
    }
};

FANLIGHT_TEST(TestLoraCards)
#include "tst_lora_cards.moc"
