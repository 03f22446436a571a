#include <QTest>

#include "core/output/journal.h"
#include "core/output/manifest.h"
#include "core/protocol/messages.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"
#include "tests/support/toy_text/toy_text.h"

using namespace fanlight;

namespace {

const Result image{.item = 3,
                   .content = ResultFile{"3.png", std::string(64, 'a'), 1000},
                   .seconds = 0.25,
                   .worker = 1,
                   .device_name = "CPU",
                   .device_uuid = "",
                   .finished_at = "2026-01-02T03:04:05Z"};

Result text() {
    Result result = image;
    result.content = ResultRecord{"a dog, twice", {{"words", 2}}};
    return result;
}

Item item_of(Task task, const std::string& place) {
    std::vector<Item> items = {{.index = 3, .row = 2, .place = place, .task = std::move(task)}};
    for (Item& item : items) set_recipe(item, fake_recipe());
    return items.front();
}

/// What the other side of the wire makes of it.
Result sent(const Result& result) {
    const auto heard = protocol::from_worker(protocol::to_line(protocol::message_of(result)));
    if (const auto* made = std::get_if<protocol::Image>(&heard)) return protocol::result_of(*made);
    return protocol::result_of(std::get<protocol::Text>(heard));
}

ManifestRow read_back(const ManifestRow& row) {
    const std::string line = manifest_jsonl({row});
    return read_manifest_record(line.substr(0, line.size() - 1), "record");
}

}  // namespace

class TstResult : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { add_toy_text(); }

    void aWorkersMessageTellsWhatAWorkerKnows() {
        QCOMPARE(protocol::to_line(protocol::message_of(image)),
                 "{\"bytes\":1000,\"file\":\"3.png\",\"item\":3,\"seconds\":0.25,\"sha256\":\"" + std::string(64, 'a') +
                     "\",\"type\":\"image\"}");
        QCOMPARE(protocol::to_line(protocol::message_of(text())),
                 std::string(R"({"item":3,"more":{"words":2},"seconds":0.25,"text":"a dog, twice","type":"text"})"));
        for (const Result& result : {image, text()}) {
            const Result heard = sent(result);
            QVERIFY(heard.content == result.content && heard.item == 3 && heard.seconds == 0.25);
        }
    }

    void aTextAloneIsARecord() {
        const auto heard = protocol::from_worker(R"({"type":"text","item":3,"text":"a dog"})");
        QVERIFY(protocol::result_of(std::get<protocol::Text>(heard)).content ==
                Result{.content = ResultRecord{"a dog"}}.content);
        const auto odd = protocol::from_worker(R"({"type":"text","item":3,"text":"a dog","more":[1]})");
        QVERIFY_EXCEPTION_THROWN(protocol::result_of(std::get<protocol::Text>(odd)), Error);
    }

    void theJournalKeepsAll() {
        for (const Result& result : {image, text()})
            QVERIFY(std::get<Result>(parse_journal_line(journal_line(result))) == result);
    }

    void theManifestTellsOfAnImageAsEver() {
        const ManifestRow row = manifest_row(item_of(fake_item(3, "a dog").task, "3.png"), image);
        QVERIFY(
            manifest_csv({row}).starts_with("index,row,file,prompt,negative_prompt,seed,steps,cfg_scale,width,height,"
                                            "sampler,schedule,clip_skip,model,model_hash,dtype,device_kind,"
                                            "batch_size,threads,loras,sha256,bytes,device_name,device_uuid,worker,"
                                            "seconds,finished_at\n3,2,3.png,a dog,"));
        QVERIFY(read_back(row).made == image);
    }

    void theManifestTellsOfATextByItsKind() {
        const ManifestRow row = manifest_row(item_of(ToyText{"a dog", 7, 2}, ""), text());
        QCOMPARE(
            manifest_csv({row}),
            "task,index,row,prompt,seed,words,model,model_hash,dtype,device_kind,batch_size,threads,loras,text,more,"
            "device_name,device_uuid,worker,seconds,finished_at\n"
            "toy_text,3,2,a dog,7,2,fake," +
                std::string(64, '0') +
                ",float32,cpu,1,1,,\"a dog, twice\",\"{\"\"words\"\":2}\",CPU,,1,0.25,"
                "2026-01-02T03:04:05Z\n");
        const ManifestRow read = read_back(row);
        QVERIFY(read.item.task == row.item.task && read.item.row == 2 && read.made == text());
        QVERIFY_EXCEPTION_THROWN(read_manifest_record(R"({"task":"toy_text","index":3})", "record"), Error);
    }
};

FANLIGHT_TEST(TstResult)
#include "tst_result.moc"
