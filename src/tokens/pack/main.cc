// Packs the published ranks of an encoding into the image that is built into the program.
//
//   pack_vocabulary RANKS IMAGE
#include <cstdio>
#include <string>

#include "base/files.h"
#include "tokens/pack/image_writer.h"

namespace {

sightglass::Status Pack(const std::string& from, const std::string& to) {
    SG_ASSIGN_OR_RETURN(const std::string text, sightglass::ReadFile(from));
    SG_ASSIGN_OR_RETURN(const sightglass::tokens::Ranks ranks, sightglass::tokens::ReadRanks(text));
    SG_ASSIGN_OR_RETURN(const std::string image, sightglass::tokens::MakeImage(ranks));
    return sightglass::WriteFileAtomically(to, image, 0644);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: pack_vocabulary RANKS IMAGE\n", stderr);
        return 2;
    }
    if (const sightglass::Status packed = Pack(argv[1], argv[2]); !packed.Ok()) {
        std::fprintf(stderr, "pack_vocabulary: %s\n", packed.error().message.c_str());
        return 1;
    }
    return 0;
}
