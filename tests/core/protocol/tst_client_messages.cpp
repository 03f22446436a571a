#include "core/protocol/client_messages.h"

#include <QTest>

#include "core/base/error.h"
#include "tests/support/test.h"

using namespace fanlight;

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
                                            client::Run{1, "/runs/a", "starter", "running", 12, 1.5, ""},
                                            client::Removed{1},
                                            client::RunOrder{{3, 1}},
                                            client::States{1, 0, "3d9p"},
                                            client::ItemOrder{1, {8, 7}},
                                            client::Worker{1, 0, "cpu", "CPU", "", "ready", "", false, 3, 0.5},
                                            client::Leased{1, 0, {4, 5}},
                                            client::Progress{1, 0, 4, 2, 20},
                                            client::Preview{1, 0, 4, "iVBO"},
                                            client::Stats{1, 0, 1 << 30, 2, 3.5},
                                            client::Image{1, 0, 4, "4.png", UINT64_MAX, "ab", 0.25},
                                            client::Failed{1, 4, "nan", "not finite"},
                                            client::Warning{1, "a worker died"},
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
