#include "core/owner/run_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>

#include "core/base/error.h"
#include "core/owner/run_client.h"
#include "core/owner/run_sockets.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

constexpr int timeout_ms = 20'000;

/// A misbehaving client.
class RawClient {
public:
    explicit RawClient(const fs::path& socket) {
        socket_.connectToServer(QString::fromStdString(socket.string()));
        connected_ = socket_.waitForConnected(timeout_ms);
    }

    void send(const QByteArray& bytes) { socket_.write(bytes); }
    bool connected() const { return connected_ && socket_.state() == QLocalSocket::ConnectedState; }
    QByteArray received() { return all_ += socket_.readAll(); }
    QLocalSocket& socket() { return socket_; }

private:
    QLocalSocket socket_;
    QByteArray all_;
    bool connected_ = false;
};

}  // namespace

/// A server in this process for a run of three items.
class TestRunServer : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path socket_;
    RunState state_;
    std::vector<client::ToOwner> obeyed_;
    std::unique_ptr<RunServer> server_;

    void broadcast(const client::FromOwner& message) {
        std::visit(
            [&](const auto& body) {
                if constexpr (requires { state_.apply(body); }) state_.apply(body);
            },
            message);
        server_->broadcast(message);
    }

    std::unique_ptr<RunClient> subscriber() {
        auto client = std::make_unique<RunClient>();
        QSignalSpy connected(client.get(), &RunClient::connected);
        client->want_previews();
        client->connect_to(socket_);
        return connected.wait(timeout_ms) ? std::move(client) : nullptr;
    }

private Q_SLOTS:
    void init() {
        qputenv("XDG_RUNTIME_DIR", dir_.path().toUtf8());
        socket_ = sockets_folder() / "test.sock";
        state_ = RunState(client::Run{1, "/runs/a", "starter", "running", 3, 0, ""});
        obeyed_.clear();
        RunServer::Hooks hooks;
        hooks.snapshot = [this] { return state_.snapshot(); };
        hooks.obey = [this](const client::ToOwner& command) {
            obeyed_.push_back(command);
            if (std::holds_alternative<client::Start>(command)) throw Error("Nothing is started here");
        };
        server_ = std::make_unique<RunServer>(socket_, true, std::move(hooks));
    }
    void cleanup() { server_.reset(); }

    void nobodyElseMayOpenTheSocket() {
        struct stat status {};
        QCOMPARE(::stat(socket_.c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777, 0600U);
        QCOMPARE(::stat(socket_.parent_path().c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777, 0700U);
    }

    void aSubscriberIsToldEverythingAndThenWhatHappens() {
        broadcast(client::States{1, 0, "1d"});
        const auto client = subscriber();
        QVERIFY(client);
        QVERIFY(client->owner().stays);
        QCOMPARE(client->runs().size(), size_t{1});
        QCOMPARE(client->current()->counts().done, int64_t{1});
        QSignalSpy happened(client.get(), &RunClient::happened);
        broadcast(client::of_run(1, ItemFailed{2, "nan", "not finite"}));
        QVERIFY(happened.wait(timeout_ms));
        QCOMPARE(client->run(1)->failure(2)->message.text(), std::string("not finite"));
    }

    void manyStepsAreFewMessages() {
        const auto client = subscriber();
        QVERIFY(client);
        broadcast(client::Worker{.run = 1, .worker = 0, .device = "cpu", .state = "working"});
        broadcast(client::of_run(1, ItemsLeased{0, {1}}));
        QTRY_COMPARE_WITH_TIMEOUT(client->run(1)->item(1), ItemState::Working, timeout_ms);
        QSignalSpy happened(client.get(), &RunClient::happened);
        constexpr int steps = 5000;
        for (int step = 1; step <= steps; ++step) broadcast(client::of_run(1, ItemProgress{0, 1, step, steps}));
        QTRY_COMPARE_WITH_TIMEOUT(client->run(1)->workers()[0].step, steps, timeout_ms);
        QVERIFY(happened.size() < steps / 10);
        broadcast(client::of_run(1, ItemProgress{0, 1, steps, steps}));
        broadcast(
            client::of_run(1, ItemDone{{.item = 1, .content = ResultFile{"1.png", ""}, .seconds = 2.0, .worker = 0},
                                       43}));  // the last progress message comes before the item's end
        QTRY_COMPARE_WITH_TIMEOUT(client->run(1)->item(1), ItemState::Done, timeout_ms);
        QCOMPARE(client->run(1)->workers()[0].item, int64_t{-1});
    }

    void twoClientsHearTheSame() {
        const auto one = subscriber(), other = subscriber();
        QVERIFY(one && other);
        QSignalSpy one_heard(one.get(), &RunClient::happened), other_heard(other.get(), &RunClient::happened);
        broadcast(client::States{1, 1, "1d"});
        QTRY_COMPARE_WITH_TIMEOUT(one_heard.size(), 1, timeout_ms);
        QTRY_COMPARE_WITH_TIMEOUT(other_heard.size(), 1, timeout_ms);
        QCOMPARE(one->run(1)->item(1), ItemState::Done);
        QCOMPARE(other->run(1)->item(1), ItemState::Done);
    }

    void aCommandReachesTheOwnerAndARefusalItsClient() {
        const auto client = subscriber();
        QVERIFY(client);
        QSignalSpy refused(client.get(), &RunClient::refused);
        client->cancel(1, {0, 2});
        client->start("/runs/b");
        QVERIFY(refused.wait(timeout_ms));
        QCOMPARE(refused.first().first().value<Sentence>().text(), std::string("Nothing is started here"));
        QCOMPARE(obeyed_.size(), size_t{2});
        QVERIFY(std::get<client::Cancel>(obeyed_[0]).items == std::vector<int64_t>({0, 2}));
        QVERIFY(client->is_connected());
    }

    void aClientThatVanishesIsForgotten() {
        auto vanishing = subscriber();
        const auto client = subscriber();
        QVERIFY(vanishing && client);
        QCOMPARE(server_->clients(), 2);
        vanishing.reset();
        QSignalSpy happened(client.get(), &RunClient::happened);
        broadcast(client::States{1, 0, "1d"});
        QTRY_COMPARE_WITH_TIMEOUT(server_->clients(), 1, timeout_ms);
        QTRY_COMPARE_WITH_TIMEOUT(happened.size(), 1, timeout_ms);
    }

    void whoDoesNotSpeakTheProtocolIsDroppedAloneAndToldWhy_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("garbage") << QByteArray("GET / HTTP/1.1\r\n\r\n") << QByteArray("refused");
        QTest::newRow("binary") << QByteArray("\0\xff\xfe\n", 4) << QByteArray("refused");
        QTest::newRow("an event") << QByteArray("{\"type\":\"welcome\"}\n") << QByteArray("no message of type");
        QTest::newRow("another version") << QByteArray("{\"type\":\"subscribe\",\"protocol\":99}\n")
                                         << QByteArray("speaks version");
        // A client that is disconnected while writing cannot read any more.
        QTest::newRow("a line without end") << QByteArray(3 << 20, 'x') << QByteArray();
    }
    void whoDoesNotSpeakTheProtocolIsDroppedAloneAndToldWhy() {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, reason);
        const auto client = subscriber();
        QVERIFY(client);
        RawClient hostile(socket_);
        QVERIFY(hostile.connected());
        hostile.send(bytes);
        QTRY_VERIFY_WITH_TIMEOUT(!hostile.connected(), timeout_ms);
        QVERIFY2(hostile.received().contains(reason), hostile.received());
        QTRY_COMPARE_WITH_TIMEOUT(server_->clients(), 1, timeout_ms);
        QVERIFY(client->is_connected());
        QVERIFY(obeyed_.empty());
    }

    void whoAsksAndNeverReadsIsDropped() {
        RawClient hostile(socket_);
        QVERIFY(hostile.connected());
        hostile.socket().setReadBufferSize(1);
        broadcast(client::of_run(1, ItemFailed{0, "nan", Sentence(std::string(3000, 'x'))}));
        for (int i = 0; i < 4000; ++i) hostile.send("{\"type\":\"subscribe\"}\n");
        QTRY_COMPARE_WITH_TIMEOUT(server_->clients(), 0, timeout_ms);
    }

    void aSlowClientMissesEventsAndIsToldEverythingAfresh() {
        const auto quick = subscriber();
        RawClient slow(socket_);
        QVERIFY(quick && slow.connected());
        slow.socket().setReadBufferSize(1);
        slow.send("{\"type\":\"subscribe\",\"previews\":true}\n");
        QTRY_COMPARE_WITH_TIMEOUT(server_->clients(), 2, timeout_ms);
        QTest::qWait(50);
        const std::string preview(200'000, 'x');
        QSignalSpy received(quick.get(), &RunClient::happened);
        constexpr int events = 200;  // 40 MB
        for (int i = 0; i < events; ++i) {
            broadcast(client::of_run(1, ItemPreview{0, 1, preview}));
            QTRY_COMPARE_WITH_TIMEOUT(received.size(), i + 1, timeout_ms);  // the others do not wait for the slow one
        }
        broadcast(client::States{1, 2, "1d"});
        slow.socket().setReadBufferSize(0);
        QTRY_VERIFY_WITH_TIMEOUT(slow.received().count("\"complete\":true") == 2, timeout_ms);
        QVERIFY(slow.received().size() < 20'000'000);
        QVERIFY(slow.received().lastIndexOf("2p1d") > slow.received().indexOf("preview"));
    }

    void whoeverListensSaysWhenItCannot() {
        QVERIFY_EXCEPTION_THROWN(RunServer("/nowhere/at/all.sock", false, {}), Error);
        QVERIFY_EXCEPTION_THROWN(RunServer(dir_.path().toStdString() + "/" + std::string(200, 'x'), false, {}), Error);
    }

    void anOwnerThatDoesNotSpeakAsItShouldIsLost() {
        server_.reset();
        QLocalServer impostor;
        QVERIFY(impostor.listen(QString::fromStdString(socket_.string())));
        RunClient client;
        QSignalSpy lost(&client, &RunClient::lost);
        client.connect_to(socket_);
        QVERIFY(impostor.waitForNewConnection(timeout_ms));
        impostor.nextPendingConnection()->write("{\"type\":\"states\",\"run\":7,\"first\":0,\"states\":\"1d\"}\n");
        QVERIFY(lost.wait(timeout_ms));
        QVERIFY(QString::fromStdString(lost.first().first().value<Sentence>().text()).contains("no run 7"));
    }

    void aSocketThatNobodyListensAtIsRemoved() {
        const fs::path dead = sockets_folder() / "dead.sock";
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{.sun_family = AF_UNIX};
        std::strcpy(address.sun_path, dead.c_str());
        QCOMPARE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ::close(fd);
        RunClient client;
        QSignalSpy lost(&client, &RunClient::lost);
        client.connect_to(dead);
        QTRY_COMPARE_WITH_TIMEOUT(lost.size(), 1, timeout_ms);
        QVERIFY(!fs::exists(dead));
        QVERIFY(fs::exists(socket_));
    }
};

FANLIGHT_TEST(TestRunServer, QCoreApplication)
#include "tst_run_server.moc"
