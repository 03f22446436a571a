#include <QTest>

#include "core/families/parts/autoencoder_checkpoint.h"
#include "core/families/parts/clip_checkpoint.h"
#include "core/families/parts/unet_checkpoint.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Names from checkpoints of Stable Diffusion 1.5 (four resolutions, two blocks each) and 2.1.
class TestKeyMaps : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aKeyHasDiffusersName_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("original");
        QTest::addColumn<QString>("diffusers");
        const auto row = [](const char* network, const char* original, const char* diffusers) {
            QTest::newRow(original) << network << original << diffusers;
        };
        row("unet", "time_embed.0.weight", "time_embedding.linear_1.weight");
        row("unet", "time_embed.2.bias", "time_embedding.linear_2.bias");
        row("unet", "input_blocks.0.0.weight", "conv_in.weight");
        row("unet", "input_blocks.1.0.in_layers.0.weight", "down_blocks.0.resnets.0.norm1.weight");
        row("unet", "input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight",
            "down_blocks.0.attentions.1.transformer_blocks.0.attn2.to_k.weight");
        row("unet", "input_blocks.3.0.op.weight", "down_blocks.0.downsamplers.0.conv.weight");
        row("unet", "input_blocks.4.0.skip_connection.weight", "down_blocks.1.resnets.0.conv_shortcut.weight");
        row("unet", "input_blocks.11.0.emb_layers.1.bias", "down_blocks.3.resnets.1.time_emb_proj.bias");
        row("unet", "middle_block.0.out_layers.3.weight", "mid_block.resnets.0.conv2.weight");
        row("unet", "middle_block.1.proj_in.weight", "mid_block.attentions.0.proj_in.weight");
        row("unet", "middle_block.2.in_layers.2.weight", "mid_block.resnets.1.conv1.weight");
        row("unet", "output_blocks.2.0.out_layers.0.bias", "up_blocks.0.resnets.2.norm2.bias");
        row("unet", "output_blocks.2.1.conv.weight", "up_blocks.0.upsamplers.0.conv.weight");
        row("unet", "output_blocks.5.1.norm.weight", "up_blocks.1.attentions.2.norm.weight");
        row("unet", "output_blocks.5.2.conv.bias", "up_blocks.1.upsamplers.0.conv.bias");
        row("unet", "output_blocks.11.1.proj_out.weight", "up_blocks.3.attentions.2.proj_out.weight");
        row("unet", "out.0.weight", "conv_norm_out.weight");
        row("unet", "out.2.weight", "conv_out.weight");
        row("unet", "label_emb.0.0.weight", "add_embedding.linear_1.weight");
        row("unet", "label_emb.0.2.bias", "add_embedding.linear_2.bias");
        row("unet", "label_emb.1.0.weight", "");
        row("unet", "input_blocks.12.0.in_layers.0.weight", "");
        row("vae", "post_quant_conv.weight", "post_quant_conv.weight");
        row("vae", "decoder.mid.block_2.conv1.weight", "decoder.mid_block.resnets.1.conv1.weight");
        row("vae", "decoder.mid.attn_1.q.weight", "decoder.mid_block.attentions.0.to_q.weight");
        row("vae", "decoder.mid.attn_1.proj_out.bias", "decoder.mid_block.attentions.0.to_out.0.bias");
        row("vae", "decoder.up.3.block.0.norm1.weight", "decoder.up_blocks.0.resnets.0.norm1.weight");
        row("vae", "decoder.up.1.block.0.nin_shortcut.weight", "decoder.up_blocks.2.resnets.0.conv_shortcut.weight");
        row("vae", "decoder.up.2.upsample.conv.weight", "decoder.up_blocks.1.upsamplers.0.conv.weight");
        row("vae", "decoder.norm_out.weight", "decoder.conv_norm_out.weight");
        row("vae", "encoder.conv_in.weight", "");
        row("clip", "token_embedding.weight", "text_model.embeddings.token_embedding.weight");
        row("clip", "positional_embedding", "text_model.embeddings.position_embedding.weight");
        row("clip", "ln_final.bias", "text_model.final_layer_norm.bias");
        row("clip", "transformer.resblocks.22.ln_1.weight", "text_model.encoder.layers.22.layer_norm1.weight");
        row("clip", "transformer.resblocks.0.attn.out_proj.bias",
            "text_model.encoder.layers.0.self_attn.out_proj.bias");
        row("clip", "transformer.resblocks.7.mlp.c_proj.weight", "text_model.encoder.layers.7.mlp.fc2.weight");
        row("clip", "transformer.resblocks.23.ln_1.weight", "");
        row("clip", "", "");
        row("clip", ".", "");
    }

    void aKeyHasDiffusersName() {
        QFETCH(QString, network);
        QFETCH(QString, original);
        QFETCH(QString, diffusers);
        const KeyMap map = network == "unet"  ? unet_key_map(4, 2)
                           : network == "vae" ? decoder_key_map(4, 2)
                                              : open_clip_key_map(23);
        QCOMPARE(QString::fromStdString(mapped_key(map, original.toStdString()).value_or("")), diffusers);
    }
};

FANLIGHT_TEST(TestKeyMaps)
#include "tst_key_maps.moc"
