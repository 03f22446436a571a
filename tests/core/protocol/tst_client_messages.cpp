#include "core/protocol/client_messages.h"

#include <QTest>

#include "core/base/error.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const ItemDone image_done{{.item = 4, .content = ResultFile{"4.png", "ab"}, .seconds = 0.25, .worker = 2}, UINT64_MAX};
const ItemDone text_done{{.item = 4, .content = ResultRecord{"a dog", {{"words", 2}}}, .seconds = 0.25, .worker = 2},
                         7};

}  // namespace

class TestClientMessages : public QObject {
    Q_OBJECT

    template <typename Read>
    static std::string error_of(Read read, const std::string& line) {
        try {
            read(line);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }

private Q_SLOTS:
    void everyCommandComesBackAsItWas_data() {
        QTest::addColumn<QByteArray>("line");
        const client::ToOwner commands[] = {client::Add{1, "{\"prompt\":\"a dog\"}"},
                                            client::Subscribe{1, true},
                                            client::Start{"/runs/a"},
                                            client::Pause{3},
                                            client::Resume{},
                                            client::Cancel{2, {1, 5}},
                                            client::Retry{2, {7}},
                                            client::Move{1, {4, 3}, 0},
                                            client::Devices{1, 2, false},
                                            client::Remove{9},
                                            client::Shutdown{}};
        for (const auto& command : commands) {
            const std::string line = client::to_line(command);
            QTest::newRow(line.c_str()) << QByteArray::fromStdString(line);
        }
    }
    void everyCommandComesBackAsItWas() {
        QFETCH(QByteArray, line);
        QCOMPARE(client::to_line(client::to_owner(line.toStdString())), line.toStdString());
    }

    void everyEventComesBackAsItWas_data() {
        QTest::addColumn<QByteArray>("line");
        const client::FromOwner events[] = {client::Welcome{client::version, "1.0", 7, true},
                                            client::Snapshot{true},
                                            client::Run{1, "/runs/a", "starter", "running", 12, 1.5, "", "text"},
                                            client::Removed{1},
                                            client::RunOrder{{3, 1}},
                                            client::States{1, 0, "3d9p"},
                                            client::ItemOrder{1, {8, 7}},
                                            client::Worker{1, 0, "cpu", "CPU", "", "ready", "", false, 3, 0.5, 31.5},
                                            client::of_run(1, ItemsLeased{0, {4, 5}}),
                                            client::of_run(1, ItemProgress{0, 4, 2, 20}),
                                            client::of_run(1, ItemPreview{0, 4, "iVBO"}),
                                            client::of_run(1, WorkerMeasured{0, {1 << 30, 2, 3.5}}),
                                            client::of_run(1, image_done),
                                            client::of_run(1, text_done),
                                            client::of_run(1, ItemFailed{4, "nan", "not finite"}),
                                            client::of_run(1, RunWarning{"a worker died"}),
                                            client::Refused{"no such run"}};
        for (const auto& event : events) {
            const std::string line = client::to_line(event);
            QTest::newRow(line.c_str()) << QByteArray::fromStdString(line);
        }
    }
    void everyEventComesBackAsItWas() {
        QFETCH(QByteArray, line);
        QCOMPARE(client::to_line(client::from_owner(line.toStdString())), line.toStdString());
    }

    void eventsHaveTheNamesThatTheyHaveAlwaysHad_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* name, const client::FromOwner& event, const char* expected) {
            QTest::newRow(name) << QByteArray::fromStdString(client::to_line(event)) << QByteArray(expected);
        };
        using client::of_run;
        row("leased", of_run(1, ItemsLeased{2, {4, 5}}), R"({"items":[4,5],"run":1,"type":"leased","worker":2})");
        row("progress", of_run(1, ItemProgress{2, 4, 3, 20}),
            R"({"item":4,"of":20,"run":1,"step":3,"type":"progress","worker":2})");
        row("preview", of_run(1, ItemPreview{2, 4, "iVBO"}),
            R"({"item":4,"png":"iVBO","run":1,"type":"preview","worker":2})");
        row("stats", of_run(1, WorkerMeasured{2, {7, 8, 3.5}}),
            R"({"busy_seconds":3.5,"device_bytes":8,"resident_bytes":7,"run":1,"type":"stats","worker":2})");
        row("image", of_run(1, image_done),
            R"({"file":"4.png","item":4,"run":1,"seconds":0.25,"seed":18446744073709551615,"sha256":"ab",)"
            R"("type":"image","worker":2})");
        row("text", of_run(1, text_done),
            R"({"item":4,"more":{"words":2},"run":1,"seconds":0.25,"seed":7,"text":"a dog","type":"text","worker":2})");
        row("failed", of_run(1, ItemFailed{4, "nan", Sentence(std::string("not finite")), {9, 8, 7}}),
            R"({"item":4,"kind":"nan","message":"not finite","run":1,"type":"failed"})");
        row("warning", of_run(1, RunWarning{Sentence("%1 died", "a worker")}),
            R"({"message":"a worker died","run":1,"sentence":{"parts":["a worker"],"pattern":"%1 died"},"type":"warning"})");
    }
    void eventsHaveTheNamesThatTheyHaveAlwaysHad() {
        QFETCH(QByteArray, line);
        QTEST(line, "expected");
    }

    void fieldsLeftOutHaveTheirDefaultsAndUnknownOnesAreIgnored() {
        const auto command = client::to_owner("{\"type\":\"pause\",\"colour\":\"red\"}");
        QCOMPARE(std::get<client::Pause>(command).run, client::current_run);
    }

    void whatIsNoMessageIsRefused_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("no JSON") << QByteArray("pause");
        QTest::newRow("no object") << QByteArray("[1]");
        QTest::newRow("no type") << QByteArray("{\"run\":1}");
        QTest::newRow("unknown type") << QByteArray("{\"type\":\"explode\"}");
        QTest::newRow("an event") << QByteArray("{\"type\":\"welcome\"}");
        QTest::newRow("wrong type of a field") << QByteArray("{\"type\":\"cancel\",\"run\":\"first\"}");
        QTest::newRow("no folder") << QByteArray("{\"type\":\"start\"}");
        QTest::newRow("too deep") << QByteArray(100, '[');
        QTest::newRow("too long") << QByteArray("{\"type\":\"start\",\"folder\":\"" + QByteArray(2 << 20, 'x') + "\"}");
    }
    void whatIsNoMessageIsRefused() {
        QFETCH(QByteArray, line);
        QVERIFY(!error_of([](const std::string& text) { client::to_owner(text); }, line.toStdString()).empty());
    }
};

FANLIGHT_TEST(TestClientMessages)
#include "tst_client_messages.moc"
