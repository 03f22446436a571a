#include <QTest>

#include "core/batch/request_json.h"
#include "core/protocol/line_reader.h"
#include "core/protocol/messages.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::protocol;

namespace {

using Change = void (*)(Load&);

const Item item{3, 1, "00003-42-a-dog.png",
                ImageTask{"a \"dog\"\nقطة", "", UINT64_MAX, 20, 7.5, 512, 768, "ddim", "default", 1}};

std::vector<ToWorker> all_to_worker() {
    return {Load{"/models/m", "cuda:1", {"m", "abc", "float16", "cuda", 4, 2}},
            Generate{{item, item}, "/out"},
            Cancel{{3, 4}},
            Previews{true},
            Unload{},
            Quit{}};
}

std::vector<FromWorker> all_from_worker() {
    return {Hello{version, "0.1.0", 77},
            Loaded{"NVIDIA H100", "GPU-1", 1.25},
            Progress{3, 4, 20},
            Preview{3, "iVBO"},
            Image{3, "a.png", std::string(64, 'a'), 1000, 2.5},
            Text{3, "text"},
            Failed{-1, "model", "no"},
            GivenUp{{3}},
            Stats{1, 2, 3.5},
            Heartbeat{"a word"}};
}

/// Writes, reads and writes again, which shows whether anything was lost.
template <typename Messages, typename Read>
void survive(const Messages& messages, Read read, size_t kinds) {
    QCOMPARE(messages.size(), kinds);
    for (const auto& message : messages) {
        const std::string line = to_line(message);
        QVERIFY(line.find('\n') == std::string::npos);
        const auto again = read(line);
        QCOMPARE(again.index(), message.index());
        QCOMPARE(to_line(again), line);
    }
}

}  // namespace

class TstMessages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLongOrderComesInSeveralMessages() {
        Generate order{{}, "/out"};
        for (int i = 0; i < 32; ++i)
            order.items.push_back({.index = i, .task = ImageTask{.prompt = std::string(170'000, 'x')}});
        const std::vector<Generate> parts = in_messages(order);
        QVERIFY(parts.size() > 5);
        std::vector<Item> items;
        for (size_t i = 0; i < parts.size(); ++i) {
            const std::string line = to_line(ToWorker{parts[i]});
            QVERIFY(line.size() <= max_line_bytes);
            const auto read = std::get<Generate>(to_worker(line));
            QCOMPARE(read.more, i + 1 < parts.size());
            items.insert(items.end(), read.items.begin(), read.items.end());
        }
        QVERIFY(items == order.items);
        QCOMPARE(in_messages({{order.items[0]}, "/out"}).size(), size_t{1});
        order.items[0].task.edit<ImageTask>().prompt = std::string(max_line_bytes, 'x');
        QVERIFY_THROWS_EXCEPTION(Error, in_messages(order));
    }

    void everyMessageSurvivesTheWire() {
        survive(all_to_worker(), to_worker, std::variant_size_v<ToWorker>);
        survive(all_from_worker(), from_worker, std::variant_size_v<FromWorker>);
    }

    void whereTextsAreReadSurvivesTheWire() {
        Load load = std::get<Load>(all_to_worker().front());
        load.text_device = "cuda:1";
        load.cfg_device = "cuda:2";
        load.encoder_stay = EncoderStay::InTurns;
        load.encoded_texts = "/cache";
        load.encoders = {{"text_encoder", "ab"}};
        const std::string line = to_line(ToWorker{load});
        QVERIFY(std::get<Load>(to_worker(line)) == load);
        const std::string wrong = std::string(line).replace(line.find("in_turns"), 8, "for_ever");
        QVERIFY_THROWS_EXCEPTION(Error, to_worker(wrong));
    }

    /// They can be done without, where there is no room for them.
    void itemsAheadTravelWithAnOrder() {
        const auto long_item = [](int64_t index) {
            return Item{.index = index, .task = ImageTask{.prompt = std::string(100'000, 'x')}};
        };
        Generate order{{item}, "/out", false, {item, item}};
        QCOMPARE(std::get<Generate>(to_worker(to_line(ToWorker{in_messages(order).at(0)}))).ahead.size(), size_t{2});
        order.ahead = {long_item(1), long_item(2), long_item(3)};
        const std::vector<Generate> parts = in_messages(order);
        QCOMPARE(parts.size(), size_t{1});
        QVERIFY(parts[0].ahead.empty() && to_line(ToWorker{parts[0]}).size() <= max_line_bytes);
    }

    void anItemKeepsEveryField() {
        const auto read = std::get<Generate>(to_worker(to_line(ToWorker{Generate{{item}, "/out"}})));
        QVERIFY(read.items.at(0) == item);
        QCOMPARE(read.output, std::string("/out"));
    }

    void theTypeIsNamedOnTheWire() {
        const Json json = parse_json(to_line(FromWorker{Progress{3, 4, 20}}), "line");
        QVERIFY((json == Json{{"type", "progress"}, {"item", 3}, {"step", 4}, {"of", 20}}));
    }

    void aStageAndADeviceMapHaveTheirNamesOnTheWire() {
        const Load load{.stage = {.index = 1, .count = 2, .layers = {3, 7}}, .device_map = {{"up", "cpu"}}};
        const Json json = parse_json(to_line(ToWorker{load}), "line");
        QVERIFY((json.at("stage") == Json{{"index", 1},
                                          {"count", 2},
                                          {"first_layer", 3},
                                          {"last_layer", 7},
                                          {"rendezvous", ""},
                                          {"micro_batches", 1},
                                          {"gather_output", false},
                                          {"timeout_seconds", 60.0}}));
        QCOMPARE(json.at("device_map").dump(), std::string(R"([["up","cpu"]])"));
    }

    void aModelThatIsInMemoryIsNotLoadedAgain_data() {
        QTest::addColumn<bool>("same");
        QTest::addColumn<Change>("change");
        QTest::newRow("the same") << true << Change([](Load&) {});
        QTest::newRow("another name") << true << Change([](Load& l) { l.recipe.model = "alias"; });
        QTest::newRow("another log") << true << Change([](Load& l) { l.log = "/b"; });
        QTest::newRow("another batch size") << true << Change([](Load& l) { l.recipe.batch_size = 9; });
        QTest::newRow("packed weights") << false << Change([](Load& l) { l.packed_weights = true; });
        QTest::newRow("another batch size of a stage") << false << Change([](Load& l) {
            l.stage.count = 2;
            l.recipe.batch_size = 9;
        });
        QTest::newRow("another folder") << false << Change([](Load& l) { l.folder = "/other"; });
        QTest::newRow("other weights there") << false << Change([](Load& l) { l.recipe.model_hash = "def"; });
        QTest::newRow("weights nobody knows") << false << Change([](Load& l) { l.recipe.model_hash = ""; });
        QTest::newRow("another dtype") << false << Change([](Load& l) { l.recipe.dtype = "bfloat16"; });
        QTest::newRow("other threads") << false << Change([](Load& l) { l.recipe.threads = 5; });
        QTest::newRow("another device") << false << Change([](Load& l) { l.device = "cuda:0"; });
        QTest::newRow("another text device") << false << Change([](Load& l) { l.text_device = "cpu"; });
        QTest::newRow("a second device") << false << Change([](Load& l) { l.cfg_device = "cuda:1"; });
        QTest::newRow("texts kept elsewhere") << false << Change([](Load& l) { l.encoded_texts = "/b"; });
        QTest::newRow("another map") << false << Change([](Load& l) { l.device_map = {{"up", "cpu"}}; });
    }
    void aModelThatIsInMemoryIsNotLoadedAgain() {
        QFETCH(bool, same);
        QFETCH(Change, change);
        const auto loaded = std::get<Load>(all_to_worker().front());
        Load asked = loaded;
        change(asked);
        QCOMPARE(holds_same_model(loaded, asked), same);
    }

    void unknownFieldsAreIgnored() {
        const auto read =
            std::get<Progress>(from_worker("{\"type\":\"progress\",\"item\":1,\"step\":2,\"of\":3,\"mood\":\"good\"}"));
        QCOMPARE(read.step, 2);
    }

    void whatIsNoMessageIsRefused_data() {
        QTest::addColumn<QByteArray>("line");
        for (const char* line :
             {"", "{", "[]", "7", "{}", "{\"type\":7}", "{\"type\":\"dance\"}", "{\"type\":\"generate\"}",
              "{\"type\":\"progress\"}", "{\"type\":\"progress\",\"item\":\"one\",\"step\":2,\"of\":3}",
              "{\"type\":\"progress\",\"item\":1,\"step\":2}",
              "{\"type\":\"image\",\"item\":1,\"file\":7,\"sha256\":\"\",\"bytes\":1,\"seconds\":1}"})
            QTest::newRow(*line ? line : "nothing") << QByteArray(line);
        QTest::newRow("too deep") << QByteArray(40, '[');
        QTest::newRow("too long") << "{\"type\":\"heartbeat\",\"x\":\"" + QByteArray(max_line_bytes, 'x') + "\"}";
    }

    void whatIsNoMessageIsRefused() {
        QFETCH(QByteArray, line);
        QVERIFY_EXCEPTION_THROWN(from_worker(line.toStdString()), Error);
    }

    void linesAreCutWhereverThePiecesEnd() {
        const std::string stream = "one\ntwo two\n\nfour\nrest";
        for (size_t piece = 1; piece <= stream.size(); ++piece) {
            LineReader reader;
            std::vector<std::string> lines;
            for (size_t at = 0; at < stream.size(); at += piece) {
                reader.feed(stream.substr(at, piece));
                while (const auto line = reader.next()) lines.push_back(*line);
            }
            QCOMPARE(lines, (std::vector<std::string>{"one", "two two", "", "four"}));
        }
    }

    void aLineThatNeverEndsIsRefused() {
        LineReader reader;
        reader.feed(std::string(max_line_bytes, 'x'));
        QVERIFY(!reader.next());
        reader.feed("x");
        QVERIFY_EXCEPTION_THROWN(reader.next(), Error);
    }
};

FANLIGHT_TEST(TstMessages)
#include "tst_messages.moc"
